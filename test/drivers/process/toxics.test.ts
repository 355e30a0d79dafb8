import { describe, expect, it } from 'vitest';
import { toxicsOf } from '../../../src/drivers/process/toxics.ts';

describe('what Toxiproxy is told', () => {
  it('carries the name of the fault, and the one stream of a one-way blow', () => {
    expect(toxicsOf('partition#2', { kind: 'blackhole' }, 'both').map(({ name }) => name)).toEqual([
      'partition#2.timeout.upstream',
      'partition#2.timeout.downstream',
    ]);
    expect(toxicsOf('f', { kind: 'blackhole' }, 'out').map(({ stream }) => stream)).toEqual(['upstream']);
    expect(toxicsOf('f', { kind: 'blackhole' }, 'back').map(({ stream }) => stream)).toEqual(['downstream']);
  });
  it('has the units that it expects: ms, thousands of bytes a second, and microseconds for slices', () => {
    const attributes = (blow: Parameters<typeof toxicsOf>[1]) => toxicsOf('f', blow, 'out')[0]?.attributes;
    expect(attributes({ kind: 'bandwidth', bytesPerSecond: 102_400 })).toEqual({ rate: 102 });
    expect(attributes({ kind: 'latency', latencyMs: 20.4, jitterMs: 3 })).toEqual({ latency: 20, jitter: 3 });
    expect(attributes({ kind: 'slicer', averageBytes: 64, variationBytes: 8, pauseMs: 5 })).toEqual({
      average_size: 64,
      size_variation: 8,
      delay: 5000,
    });
  });
  it('is nothing for a cut, which turns the proxy off', () => {
    expect(toxicsOf('f', { kind: 'cut' }, 'both')).toEqual([]);
  });
});
