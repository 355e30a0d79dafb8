import { ChaosError } from '../support/errors.ts';
import { address, defaulted, duration, strictObject, Type } from '../support/schema.ts';
import type { Probe } from './probe.ts';

const fields = strictObject(
  {
    kind: Type.Literal('mirror-state'),
    stream: address('stream', 'The mirror.'),
    staleAfter: defaulted(
      duration(
        'A mirror that has not heard from its source for longer than this is `disconnected`; a healthy source is heard about every second.',
      ),
      '3s',
    ),
  },
  'Whether a mirror hears from its source: `connected`, or `disconnected`.',
);

export const mirrorState: Probe<typeof fields> = {
  kind: 'mirror-state',
  summary: 'Whether a mirror hears from its source: connected or disconnected',
  proof:
    'How long ago the mirror heard from its source, as its leader reports it, and its error, if it has one.',
  example: '{ kind: mirror-state, stream: qa1a/qa_mirror_qa1b, is: connected, within: 10s }',
  unit: 'ms',
  reads: 'state',
  fields,
  target: (options) => options.stream,
  async read(ctx, options) {
    const { mirror } = await ctx.observer.streamInfo(options.stream);
    if (mirror === null) throw new ChaosError('invalid', `${options.stream} is not a mirror`);
    const silentMs = mirror.activeNs / 1e6;
    // -1 means that it has never heard from its source.
    const connected = mirror.activeNs >= 0 && silentMs <= options.staleAfter && mirror.error === null;
    return { state: connected ? 'connected' : 'disconnected' };
  },
};
