import { orderStepDown } from '../../nats/assets/order-step-down.ts';
import { until, withDeadline } from '../../support/deadline.ts';
import { ChaosError } from '../../support/errors.ts';
import { address, timeLimit, Type, type Static } from '../../support/schema.ts';
import { formatDuration, type Milliseconds } from '../../support/units.ts';
import type { Action, ActionContext } from '../action.ts';
import { nameOf, onCluster, onStream } from '../on-cluster.ts';
import { observeUntil } from '../observe.ts';

/** An election takes up to 9 seconds, and may fail once. */
const ELECTION_MS = 20_000;

const schema = Type.Object(
  {
    kind: Type.Literal('step-down'),
    stream: Type.Optional(address('stream', 'The stream whose leader steps down.')),
    consumer: Type.Optional(address('consumer', 'The consumer whose leader steps down.')),
    meta: Type.Optional(address('cluster', 'The cluster whose meta leader steps down.')),
    to: Type.Optional(address('node', 'The node that leads afterwards; left out: any other.')),
    within: Type.Optional(
      timeLimit(
        'How long it may take in all; left out: 20s to find the leader, then 20s until another one leads, or 60s with `to`.',
      ),
    ),
  },
  {
    additionalProperties: false,
    anyOf: [{ required: ['stream'] }, { required: ['consumer'] }, { required: ['meta'] }],
    not: {
      anyOf: [
        { required: ['stream', 'consumer'] },
        { required: ['stream', 'meta'] },
        { required: ['consumer', 'meta'] },
      ],
    },
    'x-message':
      'one leader steps down at a time: name its `stream`, its `consumer` or its `meta` group, and only that',
    'x-expected': 'one leader to step down: of a `stream`, of a `consumer`, or `meta` for that of a cluster',
    description: 'Makes a leader step down, and waits for another one to lead.',
  },
);
type Options = Static<typeof schema>;

/** One kind of leader: how it is asked to step down, and who leads now (a server's name, or null). */
interface Leadership {
  what: string;
  ask: (left: () => Milliseconds, preferred?: string) => Promise<void>;
  leader: () => Promise<string | null>;
  /** Whether nobody but the leader could ever lead; left out: others can. */
  isAlone?: () => Promise<boolean>;
}

export const stepDown: Action<typeof schema> = {
  kind: 'step-down',
  summary: 'Makes the leader of a stream, a consumer or the meta group step down',
  proof:
    'The stream, the consumer or the meta group is asked who leads: another node than before, or the one that `to` names.',
  example: '{ kind: step-down, stream: qa1a/qa, within: 10s }',
  schema,
  requires: [],
  title: ({ stream, consumer, meta, to }: Options) =>
    `step down of ${stream ?? consumer ?? `the meta leader of ${meta ?? ''}`}${to === undefined ? '' : ` to ${to}`}`,
  async perform(ctx, options) {
    const { what, ask, leader, isAlone } = leadershipOf(ctx, options);
    const { within } = options;
    const began = performance.now();
    const old = await until(leader, {
      timeoutMs: within ?? ELECTION_MS,
      everyMs: 50,
      signal: ctx.signal,
      what: `a leader of ${what}`,
    });
    const to = options.to?.split('/').at(-1);
    if (old === to) throw new ChaosError('failed', `${what} is led by ${old} already`);
    const from = within === undefined ? performance.now() : began;
    const timeoutMs = within ?? (to === undefined ? ELECTION_MS : 3 * ELECTION_MS);
    const usedMs = (): Milliseconds => performance.now() - from;
    // To dial a server that is paused takes 2 s; a connection that comes too late is not used.
    const left = (): Milliseconds => {
      const ms = timeoutMs - usedMs();
      if (ms > 0) return ms;
      throw new ChaosError('timeout', `${what} could not be asked within ${formatDuration(timeoutMs)}`);
    };
    const askNow = (): Promise<void> => {
      const ms = left();
      return withDeadline(ask(left, to), ms, `the step-down of ${what}`);
    };
    await askNow();
    // The server takes the order all the same, and nothing comes of it.
    if ((await isAlone?.().catch(() => false)) === true)
      throw new ChaosError(
        'failed',
        `no effect: ${what} has one replica, on ${old}, and nobody else can lead it`,
      );
    let asked = old;
    return observeUntil({
      observe: async () => {
        const now = await leader();
        // A server may choose another leader than the one asked for, and an older one cannot be asked for one.
        if (to !== undefined && now !== null && now !== to && now !== asked) {
          asked = now;
          await askNow();
        }
        return now;
      },
      holds: (now) => (to === undefined ? now !== null && now !== old : now === to),
      describe: (now) => `${what}: ${old} led before, ${now ?? 'nobody'} does now`,
      timeoutMs,
      usedMs: usedMs(),
      signal: ctx.signal,
    });
  },
};

function leadershipOf(ctx: ActionContext, { stream, consumer, meta }: Options): Leadership {
  if (stream !== undefined) {
    return {
      what: stream,
      ask: (left, preferred) =>
        onStream(ctx, stream, async (c) =>
          orderStepDown(c, `STREAM.LEADER.STEPDOWN.${nameOf(stream)}`, { timeoutMs: left(), preferred }),
        ),
      leader: () => ctx.observer.streamLeader(stream),
      isAlone: async () => (await ctx.observer.streamInfo(stream)).replicas === 1,
    };
  }
  if (consumer !== undefined) {
    const [, ofStream = '', name = ''] = consumer.split('/');
    return {
      what: consumer,
      ask: (left, preferred) =>
        onStream(ctx, consumer, async (c) =>
          orderStepDown(c, `CONSUMER.LEADER.STEPDOWN.${ofStream}.${name}`, { timeoutMs: left(), preferred }),
        ),
      leader: async () => (await ctx.observer.consumerInfo(consumer)).leader,
      isAlone: async () => (await ctx.observer.consumerInfo(consumer)).followers.length === 0,
    };
  }
  const cluster = meta ?? '';
  return {
    what: `the meta group of ${cluster}`,
    ask: (left, preferred) =>
      onCluster(ctx, cluster, systemAccount(ctx), async (c) =>
        orderStepDown(c, 'META.LEADER.STEPDOWN', { timeoutMs: left(), preferred }),
      ),
    leader: () => selfDeclaredMetaLeader(ctx, cluster),
  };
}

function systemAccount(ctx: ActionContext): string {
  const system = ctx.spec.accounts.find((account) => account.system && account.users.length > 0);
  if (!system) {
    throw new ChaosError(
      'failed',
      'only a user of a system account may move the meta leader; there is none',
      {
        hint: 'give the environment an account with system: true and a user',
      },
    );
  }
  return system.name;
}

/**
 * Only a node that names itself counts: others may still name a leader that has stepped down. In a super-cluster the
 * leader may be in another cluster than the nodes that are asked.
 */
async function selfDeclaredMetaLeader(ctx: ActionContext, cluster: string): Promise<string | null> {
  const members = ctx.nodes.filter((node) => node.cluster === cluster);
  const claimOf = (node: { address: string }): Promise<string | null> =>
    ctx.observer.metaLeader(node.address).catch(() => null);
  const named = new Set(await Promise.all(members.map(claimOf)));
  const claims = await Promise.all(
    ctx.nodes
      .filter(({ name }) => named.has(name))
      .map(async (node) => ((await claimOf(node)) === node.name ? node.name : null)),
  );
  return claims.find((claim) => claim !== null) ?? null;
}
