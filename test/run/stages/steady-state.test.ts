import { describe, expect, it } from 'vitest';
import type { DrainOutcome } from '../../../src/history/events.ts';
import type { ExpectationResult, PhaseRecord } from '../../../src/history/record.ts';
import { heldBy, mayBeLost, timeSpentWaiting } from '../../../src/run/stages/steady-state.ts';

const phase = (name: string, over: Partial<PhaseRecord> = {}): PhaseRecord => ({
  name,
  outcome: 'not-run',
  actions: [],
  expectations: [],
  ...over,
});
const plans = [{}, { until: 'steady' }, { until: 'steady' }];
const active = phase('fault', { outcome: 'completed', startedAt: 1_000, endedAt: 2_000 });
const timedOut = phase('back', { outcome: 'timed-out', startedAt: 2_100, endedAt: 32_100 });

describe('the steady state was waited for until the time was up', () => {
  it('by a phase that ended the method', () => {
    expect(timeSpentWaiting(plans, [active, timedOut, phase('never')], 2_050)).toBe(30_000);
    expect(timeSpentWaiting(plans, [active, timedOut, phase('never')], undefined)).toBe(30_000);
  });

  it('by none that came to an end, that waited for something else, or after which faults were removed', () => {
    const back = phase('back', { outcome: 'completed', startedAt: 2_100, endedAt: 3_000 });
    expect(timeSpentWaiting(plans, [active, back, phase('never')], 2_050)).toBe(0);
    expect(timeSpentWaiting([{}, { until: [] }], [active, timedOut], 2_050)).toBe(0);
    expect(timeSpentWaiting(plans, [active, timedOut], 32_200)).toBe(0);
    expect(timeSpentWaiting(plans, [phase('never')], undefined)).toBe(0);
  });
});

describe('the steady state has been seen to hold', () => {
  const recovery = { outcome: 'recovered', steadyAt: 2_500, readings: 9 } as const;
  const back = phase('back', { outcome: 'completed', startedAt: 2_100, endedAt: 3_000, recovery });
  const method = [{}, { until: 'steady' }];

  it('by the phase that ended the method', () => {
    expect(heldBy(method, [active, back], 2_050)).toBe(2_500);
    expect(heldBy(method, [active, back], undefined)).toBe(2_500);
  });

  it('by none after which a fault was removed, that timed out, or that waited for something else', () => {
    expect(heldBy(method, [active, back], 3_200)).toBeUndefined();
    expect(heldBy(method, [active, timedOut], 2_050)).toBeUndefined();
    expect(heldBy([{}, {}], [active, back], 2_050)).toBeUndefined();
    expect(heldBy(plans, [active, back, phase('never')], 2_050)).toBeUndefined();
  });
});

describe('the steady state is tested again', () => {
  const held: ExpectationResult = {
    ...{ probe: 'replicas-current z/s', condition: 'min 3', readings: 4 },
    ...{ outcome: 'met', statement: 'last reading: 3' },
  };
  const after = (...outcomes: DrainOutcome[]) => ({
    drain: {
      ...{ ok: outcomes.length === 0, ms: 30_000, note: '' },
      undrained: outcomes.map((outcome) => ({ consumer: 'z/s/c', outcome, text: '' })),
    },
    steadyStateAfter: [held],
  });

  it('where a consumer was not served, nor its stream led', () => {
    expect(mayBeLost(after('no-answer'), [])).toBe(true);
    expect(mayBeLost(after('no-time', 'no-leader'), [])).toBe(true);
  });

  it('where a stream or a replica was not read to its end', () => {
    expect(mayBeLost(after(), ['z/s@n1'])).toBe(true);
  });

  it('not where it was served, nor where the steady state was not there before', () => {
    expect(mayBeLost(after(), [])).toBe(false);
    expect(mayBeLost(after('no-time', 'stalled', 'offline'), [])).toBe(false);
    expect(mayBeLost({ ...after('no-answer'), steadyStateAfter: [] }, [])).toBe(false);
    expect(
      mayBeLost({ ...after('no-answer'), steadyStateAfter: [{ ...held, outcome: 'violated' }] }, []),
    ).toBe(false);
  });
});
