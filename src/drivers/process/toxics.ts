import type { Blow, Way } from '../link-control.ts';

export type Stream = 'upstream' | 'downstream';

/** A toxic as Toxiproxy's API takes it. */
export interface Toxic {
  name: string;
  type: string;
  stream: Stream;
  attributes: Record<string, number>;
}

const STREAMS: Record<Way, Stream[]> = {
  both: ['upstream', 'downstream'],
  out: ['upstream'],
  back: ['downstream'],
};
/** Its rates are in thousands of bytes a second. */
const BYTES_PER_RATE = 1000;

/** What Toxiproxy is told for a blow, named by the fault, so that each fault takes back its own; none for a cut. */
export function toxicsOf(fault: string, blow: Blow, way: Way): Toxic[] {
  const shape = shapeOf(blow);
  if (shape === null) return [];
  return STREAMS[way].map((stream) => ({ name: `${fault}.${shape.type}.${stream}`, stream, ...shape }));
}

function shapeOf(blow: Blow): Pick<Toxic, 'type' | 'attributes'> | null {
  switch (blow.kind) {
    case 'cut':
      return null;
    case 'blackhole':
      return { type: 'timeout', attributes: { timeout: 0 } };
    case 'latency':
      return {
        type: 'latency',
        attributes: { latency: Math.round(blow.latencyMs), jitter: Math.round(blow.jitterMs) },
      };
    case 'bandwidth':
      return { type: 'bandwidth', attributes: { rate: Math.round(blow.bytesPerSecond / BYTES_PER_RATE) } };
    case 'slow-close':
      return { type: 'slow_close', attributes: { delay: Math.round(blow.delayMs) } };
    case 'slicer':
      return {
        type: 'slicer',
        attributes: {
          average_size: blow.averageBytes,
          size_variation: blow.variationBytes,
          // The one attribute in microseconds.
          delay: Math.round(blow.pauseMs * 1000),
        },
      };
    case 'limit-data':
      return { type: 'limit_data', attributes: { bytes: blow.bytes } };
    case 'reset-peer':
      return { type: 'reset_peer', attributes: { timeout: Math.round(blow.afterMs) } };
  }
}
