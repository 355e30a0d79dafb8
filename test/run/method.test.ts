import { describe, expect, it } from 'vitest';
import type { PhaseRecord } from '../../src/history/record.ts';
import { waitedInVain } from '../../src/run/method.ts';

const phase = (name: string, over: Partial<PhaseRecord> = {}): PhaseRecord => ({
  name,
  outcome: 'not-run',
  actions: [],
  expectations: [],
  ...over,
});
const plans = [{}, { until: 'steady' }, { until: 'steady' }];
const struck = phase('struck', { outcome: 'completed', startedAt: 1_000, endedAt: 2_000 });
const timedOut = phase('back', { outcome: 'timed-out', startedAt: 2_100, endedAt: 32_100 });

describe('the steady state was waited for in vain', () => {
  it('by a phase that ended the method', () => {
    expect(waitedInVain(plans, [struck, timedOut, phase('never')], 2_050)).toBe(30_000);
    expect(waitedInVain(plans, [struck, timedOut, phase('never')], undefined)).toBe(30_000);
  });

  it('by none that came to an end, that waited for something else, or after which faults were removed', () => {
    const back = phase('back', { outcome: 'completed', startedAt: 2_100, endedAt: 3_000 });
    expect(waitedInVain(plans, [struck, back, phase('never')], 2_050)).toBe(0);
    expect(waitedInVain([{}, { until: [] }], [struck, timedOut], 2_050)).toBe(0);
    expect(waitedInVain(plans, [struck, timedOut], 32_200)).toBe(0);
    expect(waitedInVain(plans, [phase('never')], undefined)).toBe(0);
  });
});
