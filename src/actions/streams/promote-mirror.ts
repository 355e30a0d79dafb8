import { updateStream } from '../../nats/assets/administer.ts';
import { streamIdentity } from '../../nats/assets/identity.ts';
import { ChaosError } from '../../support/errors.ts';
import { address, defaulted, strictObject, timeLimit, Type, type Static } from '../../support/schema.ts';
import type { Action } from '../action.ts';
import { nameOf, onStream } from '../on-cluster.ts';
import { observeUntil } from '../observe.ts';
import { demandSince } from '../since.ts';
import { known } from './settings.ts';

const schema = strictObject(
  {
    kind: Type.Literal('promote-mirror'),
    stream: address('stream', 'The mirror.'),
    subjects: Type.Optional(
      Type.Array(Type.String({ minLength: 1, description: 'A subject, with `*` and `>` where wanted.' }), {
        minItems: 1,
        description:
          'What it captures from then on; no other stream of its account and domain may capture them. Left out: nothing yet.',
      }),
    ),
    within: defaulted(timeLimit('How long it may take until every replica is current.'), '60s'),
  },
  'Makes a mirror a stream of its own (2.12), as in a move to another cluster: it copies no more, keeps what it has, and takes messages itself.',
);
type Options = Static<typeof schema>;

export const promoteMirror: Action<typeof schema> = {
  kind: 'promote-mirror',
  summary: 'Makes a mirror a stream of its own, which takes messages itself',
  proof:
    'The leader of the stream is asked: it mirrors nothing, captures the subjects, has every message that it had, and all its replicas are current.',
  example: '{ kind: promote-mirror, stream: qa1a/qa_mirror_qa1b, subjects: [promoted.qa1b.>] }',
  schema,
  requires: [],
  since: '2.12',
  title: ({ stream }: Options) => `promote the mirror ${stream}`,
  async perform(ctx, { stream, subjects = [], within }) {
    const [cluster = ''] = stream.split('/');
    await demandSince(ctx, cluster, promoteMirror);
    return onStream(ctx, stream, async (connection) => {
      const read = () => streamIdentity(connection, nameOf(stream));
      const { config } = await known(ctx, stream, read);
      if (config.mirror === undefined) throw new ChaosError('failed', `${stream} is no mirror`);
      const { lastSeq } = await ctx.observer.streamInfo(stream);
      await updateStream(connection, nameOf(stream), { mirror: null, subjects });
      return observeUntil({
        observe: async () => ({
          now: (await read())?.config ?? {},
          state: await ctx.observer.streamInfo(stream),
        }),
        holds: ({ now, state }) =>
          now.mirror === undefined &&
          state.mirror === null &&
          sameSubjects(now.subjects, subjects) &&
          state.lastSeq >= lastSeq &&
          state.currentReplicas === state.replicas,
        describe: ({ now, state }) =>
          `${stream}: ${now.mirror === undefined ? 'it mirrors nothing' : 'still a mirror'}, subjects ${JSON.stringify(now.subjects ?? [])}, last sequence ${lastSeq} before, ${state.lastSeq} now, ${state.currentReplicas} of ${state.replicas} replicas current`,
        timeoutMs: within,
        signal: ctx.signal,
      });
    });
  },
};

function sameSubjects(now: unknown, wanted: readonly string[]): boolean {
  return JSON.stringify(now ?? []) === JSON.stringify(wanted);
}
