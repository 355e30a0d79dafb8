import { ChaosError } from '../support/errors.ts';
import { address, strictObject, Type } from '../support/schema.ts';
import type { Probe } from './probe.ts';

const fields = strictObject(
  { kind: Type.Literal('mirror-lag'), stream: address('stream', 'The mirror.') },
  "The true lag of a mirror: its source's last sequence minus its own.",
);

export const mirrorLag: Probe<typeof fields> = {
  kind: 'mirror-lag',
  summary: "The true lag of a mirror: its source's last sequence minus its own",
  proof:
    'The last sequences of the mirror and of its source, each read from its own cluster; the figure that a mirror reports of itself stays 0 while it is cut off.',
  example: '{ kind: mirror-lag, stream: qa1a/qa_mirror_qa1b, max: 100, within: 10s }',
  unit: 'messages',
  reads: 'value',
  fields,
  target: (options) => options.stream,
  bounds: () => ({ min: 0 }),
  async read(ctx, options) {
    const source = ctx.mirrorOf(options.stream);
    if (source === undefined) throw new ChaosError('invalid', `${options.stream} is not a mirror`);
    // The figure that a mirror reports of itself stays 0 while it is cut off, so both ends are read; the mirror
    // first, so that messages arriving in between can only make the lag look larger than it is.
    const mirror = await ctx.observer.streamInfo(options.stream);
    const origin = await ctx.observer.streamInfo(source);
    return { value: Math.max(0, origin.lastSeq - mirror.lastSeq) };
  },
};
