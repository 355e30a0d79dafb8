import { orderApi } from '../nats/api.ts';
import { until } from '../support/deadline.ts';
import { ChaosError } from '../support/errors.ts';
import { address, Type, type Static } from '../support/schema.ts';
import type { Action, ActionContext } from './action.ts';
import { nameOf, onCluster, onStream } from './on-cluster.ts';
import { see } from './see.ts';

/** An election takes up to 9 seconds, and may fail once. */
const ELECTION_MS = 20_000;

const schema = Type.Object(
  {
    kind: Type.Literal('step-down'),
    stream: Type.Optional(address('stream', 'The stream whose leader steps down.')),
    consumer: Type.Optional(address('consumer', 'The consumer whose leader steps down.')),
    meta: Type.Optional(address('cluster', 'The cluster whose meta leader steps down.')),
  },
  {
    additionalProperties: false,
    anyOf: [{ required: ['stream'] }, { required: ['consumer'] }, { required: ['meta'] }],
    maxProperties: 2,
    'x-expected': 'one leader to step down: of a `stream`, of a `consumer`, or `meta` for that of a cluster',
    description: 'Makes a leader step down, and waits for another one to lead.',
  },
);
type Options = Static<typeof schema>;

/** One kind of leader: how it is asked to step down, and who leads just now (a server's name, null for nobody). */
interface Leadership {
  what: string;
  ask: () => Promise<void>;
  leader: () => Promise<string | null>;
}

export const stepDown: Action<typeof schema> = {
  kind: 'step-down',
  summary: 'Makes the leader of a stream, a consumer or the meta group step down',
  schema,
  requires: [],
  title: ({ stream, consumer, meta }: Options) =>
    `step down of ${stream ?? consumer ?? `the meta leader of ${meta ?? ''}`}`,
  async perform(ctx, options) {
    const { what, ask, leader } = leadershipOf(ctx, options);
    const old = await until(leader, {
      timeoutMs: ELECTION_MS,
      everyMs: 50,
      signal: ctx.signal,
      what: `a leader of ${what}`,
    });
    await ask();
    return see({
      look: leader,
      holds: (now) => now !== null && now !== old,
      describe: (now) => `${what}: ${old} led before, ${now ?? 'nobody'} does now`,
      timeoutMs: ELECTION_MS,
      signal: ctx.signal,
    });
  },
};

function leadershipOf(ctx: ActionContext, { stream, consumer, meta }: Options): Leadership {
  if (stream !== undefined) {
    return {
      what: stream,
      ask: () => onStream(ctx, stream, (c) => orderApi(c, `STREAM.LEADER.STEPDOWN.${nameOf(stream)}`)),
      leader: () => ctx.observer.streamLeader(stream),
    };
  }
  if (consumer !== undefined) {
    const [, ofStream = '', name = ''] = consumer.split('/');
    return {
      what: consumer,
      ask: () => onStream(ctx, consumer, (c) => orderApi(c, `CONSUMER.LEADER.STEPDOWN.${ofStream}.${name}`)),
      leader: async () => (await ctx.observer.consumerInfo(consumer)).leader,
    };
  }
  const cluster = meta ?? '';
  return {
    what: `the meta group of ${cluster}`,
    ask: () => onCluster(ctx, cluster, systemAccount(ctx), (c) => orderApi(c, 'META.LEADER.STEPDOWN')),
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

/** Only a node that says so of itself counts: the others may still name one that has stepped down. */
async function selfDeclaredMetaLeader(ctx: ActionContext, cluster: string): Promise<string | null> {
  const members = ctx.nodes.filter((node) => node.cluster === cluster);
  const claims = await Promise.all(
    members.map(async (node) => {
      const claim = await ctx.observer.metaLeader(node.address).catch(() => null);
      return claim === node.name ? claim : null;
    }),
  );
  return claims.find((claim) => claim !== null) ?? null;
}
