import {
  fill as fillUp,
  readAccountStorage,
  refusalOf,
  type Filler,
  type Storage,
} from '../../nats/assets/filler.ts';
import { withConnection, type Connection } from '../../nats/connect.ts';
import { address, defaulted, strictObject, Type, type Static } from '../../support/schema.ts';
import type { Bytes } from '../../support/units.ts';
import { commonFaultFields, type Fault, type SystemContext } from '../fault.ts';
import { demandRoom, MARGIN_BYTES } from './filler.ts';

/** With less than this free, one more message is over the limit: it is stored with a header and its subject. */
const FULL_BYTES = 256;

const schema = strictObject(
  {
    kind: Type.Literal('fill-account'),
    cluster: address('cluster', 'The cluster whose servers count what the account stores there.'),
    account: defaulted(
      address('account', 'The account; it has a limit (accounts.<name>.maxFile, or maxMemory) and a user.'),
      'APP',
    ),
    storage: defaulted(
      Type.Unsafe<Storage>({
        type: 'string',
        enum: ['file', 'memory'],
        description: 'Which of its two limits it reaches.',
      }),
      'file',
    ),
    ...commonFaultFields,
  },
  'Fills the storage that an account may use in a cluster, on file or in memory, with a stream of its own, so that all its streams of that storage there refuse to store any more while the servers have room; undone by deleting that stream. More than 2 GiB is refused.',
);
type Options = Static<typeof schema>;

/** What the cluster reports of the account; null while it does not answer. `limitBytes` is -1 without a limit. */
type Observation = {
  account: { usedBytes: Bytes; limitBytes: Bytes; filler: boolean; refusal: string | null } | null;
};

export const fillAccount: Fault<typeof schema, Observation> = {
  kind: 'fill-account',
  summary: 'Fills what an account may store in a cluster, and empties it afterwards',
  proof:
    'The cluster is asked for what the account stores, and is given one more message of it: the account is at its limit, and the message is refused.',
  example: '{ kind: fill-account, cluster: qa1a, account: APP }',
  schema,
  requires: ['storage'],
  title: ({ account, cluster, storage }: Options) =>
    `fill the ${storage === 'memory' ? 'memory' : 'storage'} of account ${account} in ${cluster}`,
  resolve: async (ctx, options) => {
    const { usedBytes, limitBytes } = await onAccount(ctx, options, (connection) =>
      readAccountStorage(connection, options.storage),
    );
    demandRoom(
      limitBytes < 0 ? Infinity : limitBytes - usedBytes,
      `account ${options.account}`,
      `give it a smaller accounts.${options.account}.${options.storage === 'memory' ? 'maxMemory' : 'maxFile'} in the environment`,
    );
    const nodes = ctx.nodes.filter(({ cluster }) => cluster === options.cluster);
    return { nodes: nodes.map((node) => node.address), links: [], roles: {} };
  },
  observe: async (ctx, _target, options) => ({
    account: await observeAccount(ctx, options).catch(() => null),
  }),
  vacuous: ({ account }) => {
    if (account === null) return 'the cluster says nothing of the account';
    if (account.limitBytes < 0) return 'the account has no limit';
    return account.filler || isFull(account) ? 'the account was full already' : null;
  },
  undo: (_target, { cluster, account, storage }, { driver }) => [
    {
      driver,
      op: 'jetstream.delete-stream',
      args: { cluster, account, stream: fillerOf({ cluster, storage }).name },
    },
  ],
  inject: (ctx, _target, options) =>
    onAccount(ctx, options, async (connection) => {
      const { usedBytes, limitBytes } = await readAccountStorage(connection, options.storage);
      const maxBytes = limitBytes - usedBytes + MARGIN_BYTES;
      await fillUp(connection, fillerOf(options), {
        whose: 'account',
        maxBytes,
        signal: ctx.signal,
      });
    }),
  inForce: (_before, { account }) => ({
    // A full server refuses messages too, but that is another fault.
    proven: account !== null && account.filler && account.refusal !== null && isFull(account),
    statement: describe(account),
  }),
  removed: (_before, { account }) => ({
    proven: account !== null && !account.filler && !isFull(account),
    statement: describe(account),
  }),
};

function observeAccount(ctx: SystemContext, options: Options): Promise<NonNullable<Observation['account']>> {
  const { name, subject } = fillerOf(options);
  return onAccount(ctx, options, async (connection) => {
    const { streams, ...storage } = await readAccountStorage(connection, options.storage);
    const filler = streams.includes(name);
    return { ...storage, filler, refusal: filler ? await refusalOf(connection, subject) : null };
  });
}

function fillerOf({ cluster, storage }: Pick<Options, 'cluster' | 'storage'>): Filler {
  const own = storage === 'memory' ? `${cluster}_memory` : cluster;
  return { name: `chaos_filler_${own}`, subject: `chaos.filler.${own}`, storage };
}

function onAccount<T>(
  ctx: SystemContext,
  { cluster, account }: Options,
  use: (connection: Connection) => Promise<T>,
): Promise<T> {
  const servers = ctx.nodes.filter((node) => node.cluster === cluster).map((node) => node.client);
  return withConnection(ctx.driver.connect(servers, account, 'nats-chaos/fault'), use);
}

function isFull({ usedBytes, limitBytes }: NonNullable<Observation['account']>): boolean {
  return limitBytes - usedBytes < FULL_BYTES;
}

function describe(account: Observation['account']): string {
  if (account === null) return 'the cluster says nothing of the account';
  const { usedBytes, limitBytes, filler, refusal } = account;
  const stored = `the account stores ${usedBytes} bytes of ${limitBytes}`;
  if (!filler) return `${stored}, and no filler`;
  return `${stored}, and ${refusal === null ? 'may store more' : `is refused more: ${refusal}`}`;
}
