import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FaultRecord, PhaseRecord, Sample } from '../../../src/history/record.ts';
import { recoveryText } from '../../../src/history/recovery.ts';
import type { Condition } from '../../../src/probes/condition.ts';
import { recoveryFrom, type RecoveryInput } from '../../../src/run/readings/recovery.ts';

const proof = (t: number, afterMs: number) => ({ proven: true, statement: '', t, afterMs, readings: {} });

/** In force from `injectedAt`; its undo begins at `undone`, and is proven 100 ms later. */
const fault = (injectedAt: number, undone?: number): FaultRecord => ({
  id: 'kill#1',
  kind: 'kill',
  phase: 'down',
  title: 'kill',
  targets: [],
  roles: {},
  options: {},
  injectedAt,
  inForce: proof(injectedAt + 10, 10),
  undo:
    undone === undefined
      ? []
      : [{ t: undone + 50, record: { driver: 'process', op: 'start', args: {} }, attempts: 1, ok: true }],
  ...(undone === undefined ? {} : { removed: proof(undone + 100, 100) }),
});

const phase = (startedAt: number, endedAt: number, over: Partial<PhaseRecord> = {}): PhaseRecord => ({
  name: `from ${startedAt}`,
  startedAt,
  endedAt,
  outcome: 'completed',
  actions: [],
  expectations: [],
  ...over,
});

/** Three replicas, but fewer from `from` to just before `to`; read every 250 ms. */
const replicas = (...losses: { from: number; to: number; read?: Omit<Sample, 't'> }[]): Sample[] =>
  Array.from({ length: 80 }, (_, at) => {
    const t = at * 250;
    const loss = losses.find(({ from, to }) => t >= from && t < to);
    return { t, ...(loss === undefined ? { value: 3 } : (loss.read ?? { value: 2 })) };
  });

function recover(over: Partial<Omit<RecoveryInput, 'samples'>> & { read?: Sample[]; condition?: Condition }) {
  const { read = replicas(), condition = { equals: 3, within: 9000 }, ...rest } = over;
  return recoveryFrom({
    expectations: [{ probe: 'replicas', condition }],
    samples: () => read,
    faults: [fault(2000, 5000)],
    phases: [phase(0, 2000), phase(2000, 5000)],
    startedAt: 5100,
    steadySince: 12_000,
    ...rest,
  });
}

describe('a recovery', () => {
  it('counts from the proven removal, with the time from the undo and from the injection beside it', () => {
    const recovery = recover({ read: replicas({ from: 2250, to: 7000 }) });
    expect(recovery).toEqual({
      outcome: 'recovered',
      from: 'removal',
      ms: 1900,
      steadyAt: 7000,
      sinceRemovalMs: 1900,
      sinceUndoBeganMs: 2000,
      sinceInjectionMs: 5000,
      readings: 72,
    });
    expect(recoveryText(recovery)).toBe(
      'recovered in 1.9 s from the proven removal (2 s from the beginning of the undo, 5 s from the injection)',
    );
  });

  it('that came before the proof of the removal says so', () => {
    const recovery = recover({ read: replicas({ from: 2250, to: 5000 }), faults: [fault(2000, 4950)] });
    expect(recovery).toMatchObject({ outcome: 'recovered', ms: 0, sinceUndoBeganMs: 50 });
    expect(recoveryText(recovery)).toMatch(/^recovered before the removal was proven \(50 ms from/);
  });

  it('counts from the injection where the fault is still in force, or was', () => {
    const read = replicas({ from: 2250, to: 4000 });
    const failover = { outcome: 'failed-over', from: 'injection', ms: 2000, sinceInjectionMs: 2000 };
    expect(recover({ read, faults: [fault(2000)] })).toMatchObject(failover);
    expect(recover({ read })).toMatchObject(failover);
    expect(recoveryText(recover({ read }))).toMatch(/^failed over in 2 s from the injection/);
  });

  it('is no failover where the removal disturbed it again', () => {
    const read = replicas({ from: 2250, to: 4000 }, { from: 5000, to: 6000 });
    expect(recover({ read })).toMatchObject({ outcome: 'recovered', from: 'removal', ms: 900 });
  });

  it('counts from the last removal, and only of what came since the steady state was last waited for', () => {
    const settled = phase(5100, 8000, { recovery: { outcome: 'recovered', readings: 1 } });
    const phases = [phase(0, 2000), phase(2000, 5000), settled, phase(8000, 10_000)];
    const read = replicas({ from: 2250, to: 7000 }, { from: 9000, to: 10_500 });
    const late = { phases, read, startedAt: 10_100 };
    expect(recover({ ...late, faults: [fault(2000, 5000), fault(8500, 10_000)] })).toMatchObject({
      from: 'removal',
      ms: 400,
      sinceInjectionMs: 2000,
    });
    // Without a fault of its own it has nothing but its own beginning, or an action, to count from.
    expect(recover(late)).toMatchObject({ outcome: 'recovered', from: 'phase', ms: 400 });
    const action = { t: 8500, kind: 'restart', title: 'restart', ok: true };
    phases.splice(3, 1, phase(8000, 12_000, { actions: [action] }));
    expect(recover({ ...late, startedAt: 12_000 })).toMatchObject({ from: 'action', ms: 2000 });
  });
});

describe('a steady state that was never seen lost', () => {
  it('has no time, whatever was done', () => {
    for (const faults of [[], [fault(2000)], [fault(2000, 5000)]]) {
      const recovery = recover({ faults });
      expect(Object.keys(recovery).sort()).toEqual(['outcome', 'readings']);
      expect(recovery.outcome).toBe('never-lost');
    }
    expect(recoveryText(recover({}))).toBe(
      'the steady state was never seen lost: all 72 readings held, so there was nothing to recover from',
    );
  });

  it('is judged by readings since the first fault: what was before is no matter, and one that failed counts as lost', () => {
    expect(recover({ read: replicas({ from: 500, to: 1500 }) }).outcome).toBe('never-lost');
    const silent = replicas({ from: 3000, to: 3250, read: { error: 'no leader' } });
    expect(recover({ read: silent }).outcome).toBe('failed-over');
  });

  it('is judged by whole phases where the condition is a trend', () => {
    const rising = (stall?: { from: number; to: number }): Sample[] =>
      replicas().map(({ t }) => ({
        t,
        value: stall !== undefined && t >= stall.from && t < stall.to ? stall.from : t,
      }));
    const condition = { advances: true };
    expect(recover({ condition, read: rising() }).outcome).toBe('never-lost');
    expect(recover({ condition, read: rising({ from: 2000, to: 5100 }) })).toMatchObject({
      outcome: 'recovered',
      steadyAt: 12_000,
    });
  });

  it('counts to where a trend was seen to hold, as nobody can say when it began to again', () => {
    const recovery = recoveryFrom({
      expectations: [
        { probe: 'replicas', condition: { equals: 3 } },
        { probe: 'progress', condition: { advances: true } },
      ],
      samples: (probe) =>
        probe === 'replicas'
          ? replicas({ from: 2250, to: 4000 })
          : replicas().map(({ t }) => ({ t, value: t })),
      faults: [fault(2000)],
      phases: [phase(0, 2000), phase(2000, 5000)],
      startedAt: 5100,
      steadySince: 5250,
    });
    expect(recovery).toMatchObject({ outcome: 'failed-over', ms: 3250 });
  });

  it('is what no reading, and one that holds, come to: never a time', () => {
    for (const read of [[], [{ t: 6000, value: 3 }]]) expect(recover({ read }).ms).toBeUndefined();
  });
});

it('a time is never negative, and is there exactly when a reading since the injection did not hold', () => {
  const values = fc.array(fc.constantFrom(2, 3, null), { maxLength: 40 });
  fc.assert(
    fc.property(values, fc.option(fc.integer({ min: 1100, max: 9000 })), (read, undone) => {
      const samples = read.map((value, at) => ({
        t: at * 250,
        ...(value === null ? { error: 'x' } : { value }),
      }));
      const recovery = recover({ read: samples, faults: [fault(1000, undone ?? undefined)], phases: [] });
      const lost = samples.some((sample) => sample.t >= 1000 && !('value' in sample && sample.value === 3));
      expect(recovery.outcome === 'never-lost').toBe(!lost);
      expect(recovery.ms === undefined).toBe(!lost);
      expect(recovery.ms ?? 0).toBeGreaterThanOrEqual(0);
    }),
  );
});
