import { describe, expect, it } from 'vitest';
import { toxicsOf } from '../../../src/drivers/links/toxics.ts';

describe('the toxics of an effect', () => {
  it('carry the name of the fault, and the one stream of a one-way effect', () => {
    expect(toxicsOf('partition#2', { kind: 'blackhole' }, 'both').map(({ name }) => name)).toEqual([
      'partition#2.timeout.upstream',
      'partition#2.timeout.downstream',
    ]);
    expect(toxicsOf('f', { kind: 'blackhole' }, 'out').map(({ stream }) => stream)).toEqual(['upstream']);
    expect(toxicsOf('f', { kind: 'blackhole' }, 'back').map(({ stream }) => stream)).toEqual(['downstream']);
  });
  it('have the units that Toxiproxy expects: ms, thousands of bytes a second, and microseconds for slices', () => {
    const attributes = (effect: Parameters<typeof toxicsOf>[1]) =>
      toxicsOf('f', effect, 'out')[0]?.attributes;
    expect(attributes({ kind: 'bandwidth', bytesPerSecond: 102_400 })).toEqual({ rate: 102 });
    expect(attributes({ kind: 'latency', latencyMs: 20.4, jitterMs: 3 })).toEqual({ latency: 20, jitter: 3 });
    expect(attributes({ kind: 'slicer', averageBytes: 64, variationBytes: 8, pauseMs: 5 })).toEqual({
      average_size: 64,
      size_variation: 8,
      delay: 5000,
    });
  });
  it('are none for a cut, which turns the proxy off', () => {
    expect(toxicsOf('f', { kind: 'cut' }, 'both')).toEqual([]);
  });
});
