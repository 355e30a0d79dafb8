import { expect, test } from 'vitest';
import type { PhaseRecord } from '../../src/history/record.ts';
import type { WorkloadRecord } from '../../src/history/workload-record.ts';
import { generatorShortfall } from '../../src/verdict/offer.ts';

const phase = { name: 'load', startedAt: 2300, endedAt: 4000 } as PhaseRecord;

function workload(byGenerator: { t: number; late: number; skipped: number }[]): WorkloadRecord {
  const counts = { ok: 1000, failed: 0, unknown: 0 };
  return {
    name: 'p',
    kind: 'publish',
    target: 'c/s',
    ...counts,
    redelivered: 0,
    seconds: [1000, 2000, 3000, 4000].map((t) => ({ t, ...counts })),
    offered: { planned: 4000, sent: 4000, late: 900, skipped: 0, byGenerator },
  };
}

test('a generator that was in time is held against nobody, whatever the servers held up', () => {
  expect(generatorShortfall(workload([]), phase, false)).toBeNull();
  expect(generatorShortfall(workload([{ t: 3000, late: 20, skipped: 0 }]), phase, false)).toBeNull();
});

test('what it did not offer in the phase is told, and what it did not offer elsewhere is not', () => {
  expect(generatorShortfall(workload([{ t: 4000, late: 500, skipped: 500 }]), phase, false)).toBeNull();
  expect(generatorShortfall(workload([{ t: 2000, late: 200, skipped: 500 }]), phase, false)).toBe(
    'the load generator of p could not offer the planned rate in phase load: 200 were sent late and 500 not at all, by its own doing (28%)',
  );
});

test('a load without a plan, and one of earlier versions, is judged as it was', () => {
  const full = workload([{ t: 3000, late: 900, skipped: 0 }]);
  delete full.offered;
  expect(generatorShortfall(full, phase, false)).toBeNull();
  expect(generatorShortfall(undefined, phase, false)).toBeNull();
});

test('a limit that was kept is kept although messages were late, and not when they were left out', () => {
  const late = workload([{ t: 2000, late: 700, skipped: 0 }]);
  expect(generatorShortfall(late, phase, false)).toContain('700 were sent late');
  expect(generatorShortfall(late, phase, true)).toBeNull();
  expect(generatorShortfall(workload([{ t: 2000, late: 0, skipped: 500 }]), phase, true)).toContain(
    '500 not at all',
  );
});
