import { purgeStream } from '../../nats/assets/administer.ts';
import { ChaosError } from '../../support/errors.ts';
import { address, strictObject, Type, type Static } from '../../support/schema.ts';
import type { Action } from '../action.ts';
import { nameOf, onStream } from '../on-cluster.ts';
import { observeUntil } from '../observe.ts';

const PROOF_MS = 10_000;

const schema = strictObject(
  { kind: Type.Literal('purge'), stream: address('stream', 'The stream to empty.') },
  'Removes every message that a stream holds. That they are gone is right: a no-loss check counts them as `removed`, and judges the rest.',
);

export const purge: Action<typeof schema> = {
  kind: 'purge',
  summary: 'Removes every message that a stream holds',
  proof: 'The stream is asked for its state: its first sequence is above the last one of before.',
  example: '{ kind: purge, stream: qa1a/qa }',
  schema,
  requires: [],
  title: (options: Static<typeof schema>) => `purge ${options.stream}`,
  async perform(ctx, { stream }) {
    const before = await ctx.observer.streamInfo(stream);
    if (before.messages === 0) throw new ChaosError('failed', `${stream} holds no message to purge`);
    await onStream(ctx, stream, (connection) => purgeStream(connection, nameOf(stream)));
    let firstSeq = 0;
    const evidence = await observeUntil({
      observe: async () => {
        const now = await ctx.observer.streamInfo(stream);
        firstSeq = now.firstSeq;
        return now;
      },
      // Workloads may publish meanwhile, so only the messages of before must be gone.
      holds: (now) => now.firstSeq > before.lastSeq,
      describe: (now) =>
        `${stream}: ${before.messages} messages up to sequence ${before.lastSeq} before, first sequence ${now.firstSeq} and ${now.messages} messages now`,
      timeoutMs: PROOF_MS,
      signal: ctx.signal,
    });
    // Workloads may have published until it took effect, and what came then is gone too.
    ctx.noteChange({ asset: stream, action: 'purge', removedUpTo: firstSeq - 1 });
    return evidence;
  },
};
