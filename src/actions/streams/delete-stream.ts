import { createStream, recreateConsumer } from '../../nats/assets/administer.ts';
import { deleteStream as remove } from '../../nats/assets/filler.ts';
import { durablesOf, streamIdentity, type Identity } from '../../nats/assets/identity.ts';
import type { Connection } from '../../nats/connect.ts';
import { ChaosError } from '../../support/errors.ts';
import { address, defaulted, strictObject, timeLimit, Type, type Static } from '../../support/schema.ts';
import type { Action, ActionContext } from '../action.ts';
import { nameOf, onStream } from '../on-cluster.ts';
import { observeUntil } from '../observe.ts';
import { demandNoBucket, known } from './settings.ts';

const GONE_MS = 20_000;

const schema = strictObject(
  {
    kind: Type.Literal('delete-stream'),
    stream: address('stream', 'The stream to delete.'),
    again: defaulted(
      Type.Boolean({
        description:
          'Make it again with the same configuration, empty, and its durable consumers too. Its sequences go on above those of before, so that checks can tell the two apart.',
      }),
      true,
    ),
    within: defaulted(timeLimit('How long it may take to be there again with all replicas.'), '60s'),
  },
  'Deletes a stream with everything in it, and makes it again, empty. What it held by then is rightly gone: a no-loss check counts it as `removed`, and judges the rest.',
);
type Options = Static<typeof schema>;

export const deleteStream: Action<typeof schema> = {
  kind: 'delete-stream',
  summary: 'Deletes a stream with everything in it, and makes it and its consumers again',
  proof:
    'The server is asked for the stream: it is gone; with `again` it exists once more, created later, with current replicas, the same consumers, and sequences above those of before.',
  example: '{ kind: delete-stream, stream: qa1a/qa }',
  schema,
  requires: [],
  title: ({ stream, again }: Options) => `delete ${stream}${again ? ' and make it again' : ''}`,
  perform(ctx, { stream, again, within }) {
    demandNoBucket(stream, 'delete-stream');
    return onStream(ctx, stream, async (connection) => {
      const before = await known(ctx, stream, () => streamIdentity(connection, nameOf(stream)));
      const consumers = await durablesOf(connection, nameOf(stream));
      const { messages, lastSeq } = await ctx.observer.streamInfo(stream);
      const firstSeq = firstAfter(lastSeq);
      // A mirror is filled again from its origin, with the sequences of there.
      const isMirror = before.config.mirror !== undefined;
      if (!isMirror) {
        const removedUpTo = again ? firstSeq - 1 : Number.MAX_SAFE_INTEGER;
        ctx.noteChange({ asset: stream, action: 'delete-stream', removedUpTo });
      }
      await remove(connection, nameOf(stream));
      const gone = await observeGone(
        ctx,
        connection,
        stream,
        `${messages} messages up to sequence ${lastSeq}`,
      );
      if (!again) return gone;
      await createStream(
        connection,
        { ...before.config, ...(isMirror ? {} : { first_seq: firstSeq }) },
        ctx.signal,
      );
      for (const consumer of consumers) {
        await recreateConsumer(connection, nameOf(stream), consumer, {
          timeoutMs: within,
          signal: ctx.signal,
        });
      }
      return `${gone}; then ${await observeBack(ctx, connection, { stream, before, consumers, firstSeq: isMirror ? 0 : firstSeq, within })}`;
    });
  },
};

/** So far above, that nothing that is published until the stream is deleted can have such a sequence. */
const APART = 100_000;

/** The first sequence of the new stream: `last` and everything that may still come before it are below. */
export function firstAfter(lastSeq: number): number {
  return (Math.floor(lastSeq / APART) + 2) * APART + 1;
}

function observeGone(
  ctx: ActionContext,
  connection: Connection,
  stream: string,
  held: string,
): Promise<string> {
  return observeUntil({
    observe: () => streamIdentity(connection, nameOf(stream)),
    holds: (now) => now === null,
    describe: (now) => `${stream}, with ${held}, ${now === null ? 'is gone' : 'is still there'}`,
    timeoutMs: GONE_MS,
    signal: ctx.signal,
  });
}

function observeBack(
  ctx: ActionContext,
  connection: Connection,
  old: {
    stream: string;
    before: Identity;
    consumers: readonly Identity[];
    firstSeq: number;
    within: number;
  },
): Promise<string> {
  const { stream, before, consumers, firstSeq, within } = old;
  return observeUntil({
    observe: async () => {
      const now = await streamIdentity(connection, nameOf(stream));
      if (now === null) throw new ChaosError('failed', `${stream} is still gone`);
      const there = await durablesOf(connection, nameOf(stream));
      return { created: now.created, consumers: there.length, state: await ctx.observer.streamInfo(stream) };
    },
    holds: (now) =>
      now.created !== before.created &&
      now.consumers === consumers.length &&
      now.state.currentReplicas === now.state.replicas &&
      now.state.firstSeq >= firstSeq,
    describe: ({ created, consumers: count, state }) =>
      `it is there, made ${created}, with ${count} of ${consumers.length} consumers, ${state.currentReplicas} of ${state.replicas} replicas current, and sequences from ${state.firstSeq} on`,
    timeoutMs: within,
    signal: ctx.signal,
  });
}
