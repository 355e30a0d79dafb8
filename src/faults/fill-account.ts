import { fill as fillUp, readAccountStorage, refusalOf } from '../nats/ballast.ts';
import { lend, type Connection } from '../nats/connect.ts';
import { address, defaulted, strictObject, Type, type Static } from '../support/schema.ts';
import type { Bytes } from '../support/units.ts';
import { commonFaultFields, type Fault, type SystemContext } from './fault.ts';
import { demandRoom, MARGIN_BYTES } from './filling.ts';

/** One more message would go over the limit: a record on disk has a head of some bytes, and its subject. */
const FULL_BYTES = 256;

const schema = strictObject(
  {
    kind: Type.Literal('fill-account'),
    cluster: address('cluster', 'The cluster whose servers count what the account stores there.'),
    account: defaulted(
      address('account', 'The account; it has a limit (accounts.<name>.maxFile) and a user.'),
      'APP',
    ),
    ...commonFaultFields,
  },
  'Fills the file storage that an account may use in a cluster, with a stream of its own, so that all its streams there refuse to store any more while the servers have room; undone by deleting that stream. More than 2 GiB is refused.',
);
type Options = Static<typeof schema>;

/** What the cluster says of the account; null while it does not answer. `limitBytes` is -1 where there is none. */
type Observation = {
  account: { usedBytes: Bytes; limitBytes: Bytes; ballast: boolean; refusal: string | null } | null;
};

export const fillAccount: Fault<typeof schema, Observation> = {
  kind: 'fill-account',
  summary: 'Fills what an account may store in a cluster, and empties it afterwards',
  schema,
  requires: ['storage'],
  title: ({ account, cluster }: Options) => `fill the storage of account ${account} in ${cluster}`,
  resolve: async (ctx, options) => {
    const { usedBytes, limitBytes } = await onAccount(ctx, options, readAccountStorage);
    demandRoom(
      limitBytes < 0 ? Infinity : limitBytes - usedBytes,
      `account ${options.account}`,
      `give it a smaller accounts.${options.account}.maxFile in the environment`,
    );
    const nodes = ctx.nodes.filter(({ cluster }) => cluster === options.cluster);
    return { nodes: nodes.map((node) => node.address), links: [], roles: {} };
  },
  observe: async (ctx, _target, options) => ({ account: await look(ctx, options).catch(() => null) }),
  vacuous: ({ account }) => {
    if (account === null) return 'the cluster says nothing of the account';
    if (account.limitBytes < 0) return 'the account has no limit';
    return account.ballast || isFull(account) ? 'the account was full already' : null;
  },
  undo: (_target, { cluster, account }, { driver }) => [
    {
      driver,
      op: 'jetstream.delete-stream',
      args: { cluster, account, stream: ballastOf(cluster).name },
    },
  ],
  inject: (ctx, _target, options) =>
    onAccount(ctx, options, async (connection) => {
      const { usedBytes, limitBytes } = await readAccountStorage(connection);
      const maxBytes = limitBytes - usedBytes + MARGIN_BYTES;
      await fillUp(connection, ballastOf(options.cluster), {
        whose: 'account',
        maxBytes,
        signal: ctx.signal,
      });
    }),
  inForce: (_before, { account }) => ({
    // A server without room refuses too, and that is another fault.
    proven: account !== null && account.ballast && account.refusal !== null && isFull(account),
    statement: describe(account),
  }),
  removed: (_before, { account }) => ({
    proven: account !== null && !account.ballast && !isFull(account),
    statement: describe(account),
  }),
};

function look(ctx: SystemContext, options: Options): Promise<NonNullable<Observation['account']>> {
  const { name, subject } = ballastOf(options.cluster);
  return onAccount(ctx, options, async (connection) => {
    const { streams, ...storage } = await readAccountStorage(connection);
    const ballast = streams.includes(name);
    return { ...storage, ballast, refusal: ballast ? await refusalOf(connection, subject) : null };
  });
}

function ballastOf(cluster: string) {
  return { name: `chaos_ballast_${cluster}`, subject: `chaos.ballast.${cluster}` };
}

function onAccount<T>(
  ctx: SystemContext,
  { cluster, account }: Options,
  use: (connection: Connection) => Promise<T>,
): Promise<T> {
  const servers = ctx.nodes.filter((node) => node.cluster === cluster).map((node) => node.client);
  return lend(ctx.driver.connect(servers, account, 'nats-chaos/fault'), use);
}

function isFull({ usedBytes, limitBytes }: NonNullable<Observation['account']>): boolean {
  return limitBytes - usedBytes < FULL_BYTES;
}

function describe(account: Observation['account']): string {
  if (account === null) return 'the cluster says nothing of the account';
  const { usedBytes, limitBytes, ballast, refusal } = account;
  const stored = `the account stores ${usedBytes} bytes of ${limitBytes}`;
  if (!ballast) return `${stored}, and no filling`;
  return `${stored}, and ${refusal === null ? 'may store more' : `is refused more: ${refusal}`}`;
}
