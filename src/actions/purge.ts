import { purgeStream } from '../nats/administer.ts';
import { ChaosError } from '../support/errors.ts';
import { address, strictObject, Type, type Static } from '../support/schema.ts';
import type { Action } from './action.ts';
import { nameOf, onStream } from './on-cluster.ts';
import { see } from './see.ts';

const PROOF_MS = 10_000;

const schema = strictObject(
  { kind: Type.Literal('purge'), stream: address('stream', 'The stream to empty.') },
  'Removes every message that a stream holds; a no-loss check of that stream then counts them as lost.',
);

export const purge: Action<typeof schema> = {
  kind: 'purge',
  summary: 'Removes every message that a stream holds',
  schema,
  requires: [],
  title: (options: Static<typeof schema>) => `purge ${options.stream}`,
  async perform(ctx, { stream }) {
    const before = await ctx.observer.streamInfo(stream);
    if (before.messages === 0) throw new ChaosError('failed', `${stream} holds no message to purge`);
    await onStream(ctx, stream, (connection) => purgeStream(connection, nameOf(stream)));
    return see({
      look: () => ctx.observer.streamInfo(stream),
      // Others may publish meanwhile: what counts is that nothing of before is left.
      holds: (now) => now.firstSeq > before.lastSeq,
      describe: (now) =>
        `${stream}: ${before.messages} messages up to sequence ${before.lastSeq} before, first sequence ${now.firstSeq} and ${now.messages} messages now`,
      timeoutMs: PROOF_MS,
      signal: ctx.signal,
    });
  },
};
