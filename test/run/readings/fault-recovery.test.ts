import { describe, expect, it } from 'vitest';
import type { FaultRecord, Sample } from '../../../src/history/record.ts';
import { faultRecoveryText } from '../../../src/history/recovery.ts';
import { faultRecoveries, type FaultRecoveryInput } from '../../../src/run/readings/fault-recovery.ts';

/** In force from `injectedAt`; its undo begins at `undone`, and is proven 100 ms later. */
const fault = (n: number, injectedAt: number | undefined, undone?: number): FaultRecord => ({
  id: `kill#${n}`,
  kind: 'kill',
  phase: 'down',
  title: 'kill',
  targets: [],
  roles: {},
  options: {},
  undo: [],
  ...(injectedAt === undefined ? {} : { injectedAt }),
  ...(undone === undefined
    ? {}
    : { removed: { proven: true, statement: '', t: undone + 100, afterMs: 100, readings: {} } }),
});

/** Three replicas, but fewer from `from` to just before `to`; read every 250 ms for 20 s. */
const replicas = (...losses: { from: number; to: number }[]): Sample[] =>
  Array.from({ length: 80 }, (_, at) => ({
    t: at * 250,
    value: losses.some(({ from, to }) => at * 250 >= from && at * 250 < to) ? 2 : 3,
  }));

const recover = (faults: FaultRecord[], read: Sample[], over: Partial<FaultRecoveryInput> = {}) =>
  Object.fromEntries(
    faultRecoveries({
      expectations: [{ probe: 'replicas', condition: { equals: 3, within: 9000 } }],
      samples: () => read,
      faults,
      phases: [],
      end: 20_000,
      ...over,
    }),
  );

describe('the recovery after each fault', () => {
  it('is told for every injection by itself', () => {
    const faults = [
      fault(1, 2000, 4000),
      fault(2, 8000, 10_000),
      fault(3, 14_000, 16_000),
      fault(4, undefined),
    ];
    const read = replicas({ from: 2100, to: 5000 }, { from: 8100, to: 9000 });
    const found = recover(faults, read);
    expect(found).toEqual({
      'kill#1': {
        outcome: 'recovered',
        steadyAt: 5000,
        sinceInjectionMs: 3000,
        sinceRemovalMs: 900,
        readings: 24,
      },
      'kill#2': { outcome: 'failed-over', steadyAt: 9000, sinceInjectionMs: 1000, readings: 24 },
      'kill#3': { outcome: 'never-lost', readings: 24 },
    });
    expect(faultRecoveryText(found['kill#1']!)).toBe('back after the removal');
    expect(faultRecoveryText(found['kill#3']!)).toBe('never seen lost in 24 readings');
  });

  it('is not told where it was not back before the next injection, which then began without it', () => {
    const faults = [fault(1, 2000, 4000), fault(2, 8000, 10_000)];
    const found = recover(faults, replicas({ from: 2100, to: 12_000 }));
    expect(found['kill#1']).toEqual({ outcome: 'not-recovered', readings: 24 });
    expect(found['kill#2']).toMatchObject({ outcome: 'recovered', sinceRemovalMs: 1900, lostBefore: true });
    expect(faultRecoveryText(found['kill#2']!)).toBe(
      'back after the removal; it did not hold at the injection already',
    );
  });

  it('names the faults and actions that were there at the same time', () => {
    const action = { t: 4500, kind: 'restart', title: 'restart of n1', ok: true };
    const found = recover([fault(1, 2000, 4000), fault(2, 3000, 5000)], replicas({ from: 2100, to: 6000 }), {
      phases: [{ actions: [action] }],
    });
    expect(found['kill#1']?.others).toEqual(['kill#2', 'restart of n1']);
    expect(found['kill#2']?.others).toEqual(['kill#1', 'restart of n1']);
    expect(faultRecoveryText(found['kill#2']!)).toMatch(/not by this fault alone: kill#1, restart of n1$/);
  });

  it('counts a loss that ends with the proof of the removal as back before it', () => {
    const found = recover([fault(1, 2000, 4000)], replicas({ from: 2100, to: 4000 }));
    expect(found['kill#1']).toMatchObject({ outcome: 'recovered', sinceRemovalMs: 0 });
    expect(faultRecoveryText(found['kill#1']!)).toBe('back before the removal was proven');
  });

  it.each([
    [{ expectations: [] }, 'the experiment has no steady state'],
    [
      { expectations: [{ probe: 'lag', condition: { grows: true } }] },
      'no single reading shows the trend of lag',
    ],
    [{ end: 2000 }, 'a probe was not read in that time'],
  ])('is not measured with %o', (over, why) => {
    const found = recover([fault(1, 2000, 4000)], replicas(), over);
    expect(found['kill#1']).toMatchObject({ outcome: 'unmeasured', why });
    expect(faultRecoveryText(found['kill#1']!)).toBe(`not measured: ${why}`);
  });
});
