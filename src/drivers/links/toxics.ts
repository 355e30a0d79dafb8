import type { LinkEffect, LinkDirection } from '../capabilities/link-control.ts';

export type Stream = 'upstream' | 'downstream';

/** A toxic in the form of Toxiproxy's API. */
export interface Toxic {
  name: string;
  type: string;
  stream: Stream;
  attributes: Record<string, number>;
}

const STREAMS: Record<LinkDirection, Stream[]> = {
  both: ['upstream', 'downstream'],
  out: ['upstream'],
  back: ['downstream'],
};
/** Toxiproxy's rates are in thousands of bytes a second. */
const BYTES_PER_RATE = 1000;

/** The toxics of an effect, named after the fault so that each fault removes its own; none for a cut. */
export function toxicsOf(fault: string, effect: LinkEffect, direction: LinkDirection): Toxic[] {
  const shape = shapeOf(effect);
  if (shape === null) return [];
  return STREAMS[direction].map((stream) => ({ name: `${fault}.${shape.type}.${stream}`, stream, ...shape }));
}

function shapeOf(effect: LinkEffect): Pick<Toxic, 'type' | 'attributes'> | null {
  switch (effect.kind) {
    case 'cut':
      return null;
    case 'blackhole':
      return { type: 'timeout', attributes: { timeout: 0 } };
    case 'latency':
      return {
        type: 'latency',
        attributes: { latency: Math.round(effect.latencyMs), jitter: Math.round(effect.jitterMs) },
      };
    case 'bandwidth':
      return { type: 'bandwidth', attributes: { rate: Math.round(effect.bytesPerSecond / BYTES_PER_RATE) } };
    case 'slow-close':
      return { type: 'slow_close', attributes: { delay: Math.round(effect.delayMs) } };
    case 'slicer':
      return {
        type: 'slicer',
        attributes: {
          average_size: effect.averageBytes,
          size_variation: effect.variationBytes,
          // The one attribute in microseconds.
          delay: Math.round(effect.pauseMs * 1000),
        },
      };
    case 'limit-data':
      return { type: 'limit_data', attributes: { bytes: effect.bytes } };
    case 'reset-peer':
      return { type: 'reset_peer', attributes: { timeout: Math.round(effect.afterMs) } };
  }
}
