import { connect, withConnection, type Access, type Connection } from '../../nats/connect.ts';
import { askServer, askServers, whoAmI, type AnsweringServer } from '../../nats/monitor/ask-servers.ts';
import { getJson } from '../../nats/monitor/monitor.ts';
import { ChaosError } from '../../support/errors.ts';
import type { Json } from '../../support/json.ts';
import type { Note } from '../model.ts';
import type { AccountReading, ServerReading } from './readings.ts';

/** What each question is, by the field that its answer fills. */
const QUESTIONS = {
  varz: { word: 'VARZ', options: {}, path: '/varz' },
  jsz: {
    word: 'JSZ',
    options: { accounts: true, streams: true, consumer: true, config: true, limit: 10_000 },
    path: '/jsz?accounts=1&streams=1&consumers=1&config=1&limit=10000',
  },
  leafz: { word: 'LEAFZ', options: {}, path: '/leafz' },
  gatewayz: { word: 'GATEWAYZ', options: {}, path: '/gatewayz' },
  routez: { word: 'ROUTEZ', options: {}, path: '/routez' },
  accountz: { word: 'ACCOUNTZ', options: {}, path: '/accountz' },
  connz: { word: 'CONNZ', options: { auth: true, limit: 1024 }, path: '/connz?auth=1&limit=1024' },
} satisfies Record<string, { word: string; options: Record<string, Json>; path: string }>;

type Field = keyof typeof QUESTIONS;
const FIELDS = Object.keys(QUESTIONS) as Field[];
type Answers = Partial<Omit<ServerReading, 'server' | 'system' | 'details'>> & { server: AnsweringServer };

const NAME = 'nats-chaos/discover';
const CONNECT_MS = 5_000;

/** What was read through some addresses, and as whom. */
export interface Readings {
  readings: ServerReading[];
  /** The account and user of the connections, where servers said it. */
  identity: { account: string | null; user: string | null };
  notes: Note[];
}

/**
 * Reads all servers that answer through these addresses. Nothing is changed: only questions are asked.
 *
 * @param addresses `host:port` of clients, which need a user of the system account; or `http://host:port` of monitoring
 *   endpoints, which tell of their own server alone
 * @throws ChaosError `unavailable` for an address where nobody answers
 */
export async function readServers(
  addresses: readonly string[],
  access: Access,
  signal: AbortSignal,
): Promise<Readings> {
  const read = await Promise.all(
    addresses.map(async (address, system) =>
      /^https?:\/\//.test(address)
        ? { readings: [await readMonitor(address, system)] }
        : readThrough(address, system, access, signal),
    ),
  );
  const found = new Map<string, ServerReading>();
  // A server that answers through two addresses counts once.
  for (const reading of read.flatMap(({ readings }) => readings))
    if (!found.has(reading.server.id)) found.set(reading.server.id, reading);
  const readings = [...found.values()];
  const identity = read
    .map((one) => ('identity' in one ? one.identity : undefined))
    .find((one) => one !== undefined);
  return {
    readings,
    identity: identity ?? { account: null, user: null },
    notes: readings.flatMap(missingAnswers),
  };
}

/** All servers that answer a connection to this address. */
async function readThrough(
  address: string,
  system: number,
  access: Access,
  signal: AbortSignal,
): Promise<{ readings: ServerReading[]; identity: Readings['identity'] }> {
  const options = { servers: [address], ...access, name: NAME, timeoutMs: CONNECT_MS, signal };
  return withConnection(connect(options), async (connection) => {
    const identity = await whoAmI(connection);
    const readings = await readSystem(connection, system);
    if (readings.length === 0) throw nobodyAnswers(address, identity);
    return { readings, identity };
  });
}

async function readSystem(connection: Connection, system: number): Promise<ServerReading[]> {
  const servers = new Map<string, Answers>();
  // All at once: each question waits a moment for a server that is late.
  const all = await Promise.all(
    FIELDS.map(async (field) => {
      const { word, options } = QUESTIONS[field];
      return { field, answers: await askServers<never>(connection, word, options) };
    }),
  );
  for (const { field, answers } of all) {
    for (const { server, data } of answers) {
      const before = servers.get(server.id) ?? { server };
      servers.set(server.id, { ...before, [field]: data });
    }
  }
  const complete = [...servers.values()].filter((one) => one.varz !== undefined);
  const readings = complete.map((one) => ({ ...one, system }) as ServerReading);
  return withDetails(readings, async ({ server }, account) => {
    const answer = await askServer<AccountDetail>(connection, server.id, 'ACCOUNTZ', { account });
    return answer?.account_detail;
  });
}

/** `/accountz?acc=…`. */
interface AccountDetail {
  account_detail?: AccountReading;
}

/** Asks for each account the first server that knows it: the configuration of an account is the same on all of them. */
async function withDetails(
  readings: readonly ServerReading[],
  ask: (reading: ServerReading, account: string) => Promise<AccountReading | undefined>,
): Promise<ServerReading[]> {
  const asked = new Set<string>();
  return Promise.all(
    readings.map(async (reading) => {
      const accounts = (reading.accountz?.accounts ?? []).filter((name) => !asked.has(name));
      for (const name of accounts) asked.add(name);
      const told = await Promise.all(accounts.map(async (name) => [name, await ask(reading, name)] as const));
      const details = told.filter((one): one is [string, AccountReading] => one[1] !== undefined);
      return { ...reading, details: Object.fromEntries(details) };
    }),
  );
}

function missingAnswers(reading: ServerReading): Note[] {
  const missing = FIELDS.filter((field) => reading[field] === undefined).map(
    (field) => QUESTIONS[field].word,
  );
  return missing.length === 0
    ? []
    : [{ text: `${reading.server.name} did not answer ${missing.join(', ')}` }];
}

function nobodyAnswers(address: string, { account, user }: Readings['identity']): ChaosError {
  const who = account === null ? 'this user' : `${user ?? 'the user'} of the account ${account}`;
  return new ChaosError(
    'unavailable',
    `${address}: no server answered ${who}: only users of the system account may ask servers what they run`,
    {
      hint: 'connect as a user of the system account (`system_account` of the servers, $SYS); or give the monitoring endpoint of each server instead, such as http://localhost:8222',
    },
  );
}

async function readMonitor(base: string, system: number): Promise<ServerReading> {
  const url = base.replace(/\/+$/, '');
  const read = async (field: Field): Promise<unknown> => {
    try {
      return await getJson<unknown>(url, QUESTIONS[field].path, CONNECT_MS);
    } catch (error) {
      if (field !== 'varz') return undefined;
      throw new ChaosError('unavailable', `no monitoring endpoint answers: ${(error as Error).message}`, {
        cause: error,
      });
    }
  };
  const answers = Object.fromEntries(
    await Promise.all(FIELDS.map(async (field) => [field, await read(field)] as const)),
  ) as Omit<ServerReading, 'server' | 'system' | 'details'>;
  const { server_id: id, server_name: name, version } = answers.varz;
  const reading: ServerReading = { ...answers, server: { id, name, ver: version }, system };
  const [withIts = reading] = await withDetails([reading], async (_reading, account) => {
    const question = `/accountz?acc=${encodeURIComponent(account)}`;
    const answer = await getJson<AccountDetail>(url, question, CONNECT_MS).catch(() => null);
    return answer?.account_detail;
  });
  return withIts;
}
