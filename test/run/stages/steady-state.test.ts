import { describe, expect, it } from 'vitest';
import type { PhaseRecord } from '../../../src/history/record.ts';
import { timeSpentWaiting } from '../../../src/run/stages/steady-state.ts';

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
