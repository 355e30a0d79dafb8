import { describe, expect, it } from 'vitest';
import type { FaultRecord, Sample } from '../../../src/history/record.ts';
import { assetGoneSince, undisturbedSince, whyGone } from '../../../src/run/readings/gone.ts';

const GONE = 'z/s: stream not found';

/** Readings a second apart, from 1 s on. */
function readings(...errors: (string | undefined)[]): Sample[] {
  return errors.map((error, at) => ({
    t: (at + 1) * 1_000,
    ...(error === undefined ? { value: 3 } : { error }),
  }));
}
const times = (count: number, error: string): string[] => Array.from({ length: count }, () => error);

describe('a stream is gone', () => {
  it('once the servers have said so for long enough', () => {
    expect(whyGone(readings(undefined, ...times(16, GONE)), 0)).toBe(`${GONE}, for 15 s`);
    expect(whyGone(readings(undefined, ...times(15, GONE)), 0)).toBeNull();
  });

  it('not where it was read in between, where nobody answered, nor for what was said before it is waited for', () => {
    expect(whyGone(readings(...times(16, GONE), undefined, ...times(5, GONE)), 0)).toBeNull();
    expect(whyGone(readings(...times(10, GONE), 'z/s: no node answered', ...times(10, GONE)), 0)).toBeNull();
    expect(whyGone(readings(...times(20, 'z/s: no node answered')), 0)).toBeNull();
    expect(whyGone(readings(...times(20, GONE)), 10_000)).toBeNull();
    expect(whyGone([], 0)).toBeNull();
  });
});

describe('since when a consumer is gone', () => {
  const probes = [
    { id: 'replicas', target: 'z/s' },
    { id: 'pending', target: 'z/s/c' },
    { id: 'other', target: 'z/other' },
  ];
  const since = (series: Record<string, Sample[]>, from = 0): number | undefined =>
    assetGoneSince({ probes, samples: (id) => series[id] ?? [] }, 'z/s/c', from);

  it('is what its own probes and those of its stream say, and no others', () => {
    expect(since({ replicas: readings(undefined, GONE, GONE), pending: readings(undefined) })).toBe(2_000);
    expect(since({ pending: readings(undefined, undefined, GONE) })).toBe(3_000);
    expect(since({ other: readings(GONE, GONE) })).toBeUndefined();
  });

  it('is not known where it was read last, nor counted from before', () => {
    expect(since({ replicas: readings(GONE, GONE, undefined) })).toBeUndefined();
    expect(since({ replicas: readings(GONE, GONE, GONE) }, 2_500)).toBe(3_000);
  });
});

describe('nothing disturbs', () => {
  const removed = (t: number, proven = true): Pick<FaultRecord, 'injectedAt' | 'removed'> => ({
    injectedAt: 1_000,
    removed: { proven, t, statement: '', readings: {}, afterMs: 1 },
  });
  const quiet = { phases: [], records: [], faults: [] };

  it('since the last fault was removed, and never while one is in force', () => {
    expect(undisturbedSince(quiet)).toBe(0);
    expect(undisturbedSince({ ...quiet, faults: [removed(3_000), removed(2_000), {}] })).toBe(3_000);
    expect(undisturbedSince({ ...quiet, faults: [removed(3_000), { injectedAt: 1 }] })).toBe(Infinity);
    expect(undisturbedSince({ ...quiet, faults: [removed(3_000, false)] })).toBe(Infinity);
  });

  it('since actions are over: those by the clock when the next phase begins, the others when the clock starts', () => {
    const records = [{ startedAt: 1_000 }, { startedAt: 9_000 }];
    const phases = (first: object[], second: object[]) => [{ actions: first }, { actions: second }];
    expect(undisturbedSince({ ...quiet, records, phases: phases([{}], []) })).toBe(1_000);
    expect(undisturbedSince({ ...quiet, records, phases: phases([{}, { afterMs: 5 }], []) })).toBe(9_000);
    expect(undisturbedSince({ ...quiet, records, phases: phases([], [{ afterMs: 5 }]) })).toBe(Infinity);
    expect(undisturbedSince({ ...quiet, records: [{}, {}], phases: phases([], [{ afterMs: 5 }]) })).toBe(0);
  });
});
