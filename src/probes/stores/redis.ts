import { infoOf, withRedis, type RedisPlace } from '../../stores/redis.ts';
import { ChaosError, messageOf } from '../../support/errors.ts';
import { address, defaulted, strictObject, timeLimit, Type, type Static } from '../../support/schema.ts';
import { addressesOf, placeFields, placeInWords } from '../../support/service-place.ts';
import type { Flaw, Probe, ProbeContext, Reading } from '../probe.ts';

const READS = ['role', 'masters', 'replicas', 'offset', 'lag', 'keys'] as const;

const fields = strictObject(
  {
    kind: Type.Literal('redis'),
    ...placeFields(
      address('service', 'The service, or one replica of it as service/1.'),
      'The address of a server, such as redis://127.0.0.1:6379, in place of a service.',
    ),
    read: defaulted(
      Type.Unsafe<(typeof READS)[number]>({
        type: 'string',
        enum: [...READS],
        description:
          '`role`: of one server, `master` or `replica`. `masters`: how many replicas of the service answer and are masters. `replicas`: how many the master has. `offset`: of replication, in bytes. `lag`: how far the replica that is furthest behind is behind its master, in bytes. `keys`: how many keys there are.',
      }),
      'role',
    ),
    username: Type.Optional(Type.String({ description: 'Who it is.' })),
    password: Type.Optional(Type.String({ description: 'The password; a secret as ${secrets.NAME}.' })),
    db: defaulted(Type.Integer({ minimum: 0, description: 'The database whose keys are counted.' }), 0),
    timeout: defaulted(timeLimit('How long an answer may take.'), '2s'),
  },
  'What a Redis server, or the replicas of one that is a service, say of themselves.',
);
type Options = Static<typeof fields>;

export const redis: Probe<typeof fields> = {
  kind: 'redis',
  summary: 'The role, replication or number of keys of a Redis server, or of its replicas',
  proof:
    'The answers of the servers to INFO replication and DBSIZE, past the links’ proxies. With `masters` and `lag` those that do not answer are left out, as long as one does; else a server that does not answer is no reading. Without exactly one master there is no lag.',
  example: "{ kind: redis, url: 'redis://127.0.0.1:6379', is: master, within: 20s }",
  unit: '',
  reads: 'both',
  fields,
  target: (options) => `${options.read} ${placeInWords(options).replace(/\/\/[^@/]*@/, '//')}`,
  flaws: wordFlaws,
  bounds: ({ read }) => (read === 'role' ? {} : { min: 0 }),
  async read(ctx, options) {
    const { read } = options;
    if (read === 'masters' || read === 'lag') return readAll(ctx, options);
    const places = placesOf(ctx, options);
    if (places.length > 1 && read !== 'replicas') {
      const name = placeInWords(options);
      throw new ChaosError('invalid', `${name} has ${places.length} replicas: name one, such as ${name}/1`);
    }
    const servers = await serversAt(places, options);
    if (read === 'replicas') return { value: masterAmong(servers).replicas };
    const [one] = servers;
    if (one === undefined) throw new ChaosError('failed', 'no server answers');
    if (read === 'role') return { state: one.role, value: one.role === 'master' ? 1 : 0 };
    return { value: read === 'keys' ? one.keys : one.offset };
  },
};

/** Where two words can be read, or none, any other one is misspelt. */
function wordFlaws({ read = 'role', is }: Readonly<Record<string, unknown>>): Flaw[] {
  if (typeof is !== 'string' || (read === 'role' && ['master', 'replica'].includes(is))) return [];
  const expected =
    read === 'role' ? 'expected master or replica' : 'it is a number: expected min, max or equals';
  return [{ field: 'is', text: `it never reads "${is}"; ${expected}` }];
}

interface Server {
  address: string;
  role: 'master' | 'replica';
  offset: number;
  replicas: number;
  keys: number;
}

/** Of all replicas of the service, also where one is meant: that one is then compared with its master. */
async function readAll(ctx: ProbeContext, options: Options): Promise<Reading> {
  const wanted = placesOf(ctx, options).map(({ address: own }) => own);
  const { service } = options;
  const whole = service === undefined ? options : { ...options, service: service.split(/[/]/)[0] ?? service };
  const servers = await serversAt(placesOf(ctx, whole), options);
  if (options.read === 'masters') {
    const masters = servers.filter(({ role, address: own }) => role === 'master' && wanted.includes(own));
    return { value: masters.length };
  }
  const master = masterAmong(servers);
  const behind = servers
    .filter(({ role, address: own }) => role === 'replica' && (wanted.length > 1 || wanted.includes(own)))
    .map(({ address: own, offset }) => [own, Math.max(0, master.offset - offset)] as const);
  if (behind.length === 0) throw new ChaosError('failed', 'no replica answers');
  return { value: Math.max(...behind.map(([, bytes]) => bytes)) };
}

function masterAmong(servers: readonly Server[]): Server {
  const [master, ...others] = servers.filter(({ role }) => role === 'master');
  if (master !== undefined && others.length === 0) return master;
  throw new ChaosError('failed', `${master === undefined ? 'no' : others.length + 1} servers are masters`);
}

function placesOf(ctx: ProbeContext, options: Options): RedisPlace[] {
  const { url, username, password, db } = options;
  const addresses = url === undefined ? addressesOf(options, ctx.services?.list() ?? []) : [url];
  return addresses.map((own) => ({
    address: own,
    db,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
  }));
}

/** Those that answer. @throws ChaosError where none does, or the only one does not */
async function serversAt(places: readonly RedisPlace[], options: Options): Promise<Server[]> {
  const answers = await Promise.allSettled(places.map((place) => askAt(place, options)));
  const servers = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
  if (servers.length > 0) return servers;
  const [first] = answers;
  throw new ChaosError(
    'failed',
    first?.status === 'rejected' ? messageOf(first.reason) : 'there is no server',
  );
}

function askAt(place: RedisPlace, { timeout, read }: Options): Promise<Server> {
  return withRedis(place, timeout, async (client) => {
    const info = infoOf(await client.info('replication'));
    const role = info.get('role') === 'master' ? 'master' : 'replica';
    const offset = Number(info.get(role === 'master' ? 'master_repl_offset' : 'slave_repl_offset') ?? 0);
    const keys = read === 'keys' ? await client.dbsize() : 0;
    return {
      address: place.address,
      role,
      offset,
      replicas: Number(info.get('connected_slaves') ?? 0),
      keys,
    };
  });
}
