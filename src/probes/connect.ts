import { tryConnect, type Admission } from '../nats/try-connect.ts';
import { ChaosError } from '../support/errors.ts';
import { address, defaulted, strictObject, Type } from '../support/schema.ts';
import { atMost, type Probe, type ProbeContext } from './probe.ts';

const CONNECT_MS = 2_000;

const fields = strictObject(
  {
    kind: Type.Literal('connect'),
    servers: Type.Unsafe<string | string[]>({
      type: ['string', 'array'],
      minLength: 1,
      minItems: 1,
      uniqueItems: true,
      'x-address': 'endpoint',
      items: address('endpoint', 'A cluster, or one node as cluster/node.'),
      description:
        'A cluster, or one node as cluster/node; or a list of them: each is read by itself, and each must satisfy the condition.',
    }),
    account: Type.Optional(
      address(
        'account',
        'The client logs in as the first user of this account; left out: of the first account that is not the system account.',
      ),
    ),
    tls: defaulted(
      Type.Boolean({
        description: 'false: the client speaks no TLS, whatever the server requires.',
      }),
      true,
    ),
    certificate: defaulted(
      Type.Boolean({
        description: 'false: the client shows no certificate of its own, whatever the server asks for.',
      }),
      true,
    ),
    login: defaulted(
      Type.Unsafe<'right' | 'wrong' | 'none'>({
        type: 'string',
        enum: ['right', 'wrong', 'none'],
        description:
          'wrong: the client gives a wrong password (or another secret); none: it gives none at all.',
      }),
      'right',
    ),
  },
  'How many of the servers accept a new client; as a word `accepted` when all do, `refused` when all refuse it, `unreachable` when none answers, else `mixed`.',
);

export const connectProbe: Probe<typeof fields> = {
  kind: 'connect',
  summary: 'How many servers accept a new client; accepted, refused or unreachable',
  proof:
    'One new connection to each server, over the links of clients, which ends with an answer to PING (accepted), with a refusal of either side after the server has greeted (refused), or without a greeting (unreachable).',
  example: '{ kind: connect, servers: qa1a, is: accepted, within: 10s }',
  unit: 'servers',
  reads: 'both',
  fields,
  each: ({ servers, ...rest }) => [servers].flat().map((one) => ({ ...rest, servers: one })),
  target: ({ servers }) => [servers].flat().join(', '),
  bounds: ({ servers }, around) => {
    const sizes = [servers].flat().map((one) => around.nodes(one));
    return atMost(sizes.includes(undefined) ? undefined : Math.max(...sizes.map((size) => size ?? 0)));
  },
  async read(ctx, { servers, account, tls, certificate, login }) {
    const who = account ?? defaultAccount(ctx);
    const answers = await Promise.all(
      placesOf(ctx, [servers].flat()).map(({ server, cluster }) =>
        tryConnect(server, ctx.clients.access(who, cluster), { tls, certificate, login }, CONNECT_MS),
      ),
    );
    return {
      value: answers.filter((answer) => answer === 'accepted').length,
      state: oneWord(answers),
    };
  },
};

function defaultAccount({ accounts }: ProbeContext): string {
  return accounts.find(({ system }) => !system)?.name ?? '';
}

interface Place {
  server: string;
  cluster: string;
}

function placesOf({ nodes, clients }: ProbeContext, wanted: readonly string[]): Place[] {
  const named = nodes.filter((node) => wanted.includes(node.cluster) || wanted.includes(node.address));
  if (named.length === 0) throw new ChaosError('invalid', `there is no cluster or node ${wanted.join(', ')}`);
  return named.flatMap(({ address: node, cluster }) =>
    clients
      .clientServers(cluster)
      .filter((one) => one.node === node)
      .map(({ server }) => ({ server, cluster })),
  );
}

function oneWord(answers: readonly Admission[]): Admission | 'mixed' {
  const [first = 'unreachable'] = answers;
  return answers.every((answer) => answer === first) ? first : 'mixed';
}
