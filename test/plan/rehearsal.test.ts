import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadExperiment } from '../../src/experiment/load.ts';
import { buildPlan } from '../../src/plan/build.ts';
import { describePlan } from '../../src/plan/describe.ts';
import { driverOffer } from '../../src/plan/driver-offer.ts';
import { rehearsalOf } from '../../src/plan/rehearsal.ts';

const root = join(import.meta.dirname, '../..');

function planOf(name: string) {
  const loaded = loadExperiment(join(root, `experiments/${name}.yaml`), { env: {}, cwd: root });
  return buildPlan(loaded, driverOffer('process'));
}

test('a rehearsal has the phases of its plan, and no fault', () => {
  const plan = planOf('partition-recovery');
  const rehearsal = rehearsalOf(plan);
  expect(plan.phases.flatMap(({ faults }) => faults)).not.toEqual([]);
  expect(rehearsal.phases.flatMap(({ faults }) => faults)).toEqual([]);
  expect(rehearsal.phases.map(({ name, forMs }) => [name, forMs])).toEqual(
    plan.phases.map(({ name, forMs }) => [name, forMs]),
  );
  expect(rehearsal).toMatchObject({ checks: plan.checks, steadyState: plan.steadyState });
  expect(describePlan(rehearsal)).toContain('a rehearsal: without its faults');
});

test('what is expected while a fault would be in force is left out, and the rest is kept', () => {
  const plan = planOf('partition');
  const [struck, others] = [
    plan.phases.filter(({ faults }) => faults.length > 0),
    plan.phases.filter(({ faults }) => faults.length === 0),
  ];
  expect(struck.flatMap(({ expectations }) => expectations)).not.toEqual([]);
  const of = (name: string) => rehearsalOf(plan).phases.find((phase) => phase.name === name);
  for (const { name } of struck) expect(of(name)?.expectations).toEqual([]);
  for (const phase of others) expect(of(phase.name)).toEqual(phase);
});

test('a fault that is kept may have its effect in every later phase', () => {
  const plan = planOf('partition');
  const phases = plan.phases.map((phase) => ({
    ...phase,
    faults: phase.faults.map((fault) => ('of' in fault ? fault : { ...fault, keep: true })),
    expectations: plan.phases.flatMap(({ expectations }) => expectations),
  }));
  const first = phases.findIndex(({ faults }) => faults.length > 0);
  const rehearsed = rehearsalOf({ ...plan, phases }).phases;
  expect(rehearsed.slice(first).flatMap(({ expectations }) => expectations)).toEqual([]);
  expect(rehearsed.slice(0, first)).toEqual(phases.slice(0, first));
});

test('what a phase with a fault waits for may be its effect, and need not come; its time is bounded', () => {
  const plan = planOf('partition-recovery');
  const isWaiting = ({ until }: (typeof plan.phases)[number]) => Array.isArray(until);
  const waiting = plan.phases.filter((phase) => isWaiting(phase) && phase.faults.length > 0);
  expect(waiting).not.toEqual([]);
  for (const { name, until } of waiting) {
    const rehearsed = rehearsalOf(plan).phases.find((phase) => phase.name === name);
    expect(rehearsed).toMatchObject({ until, mayTimeOut: true });
    expect(rehearsed?.withinMs).toBeLessThanOrEqual(15_000);
  }
});

test('an experiment that is there to fail is expected to pass without its faults, and to lose nothing', () => {
  const rehearsal = rehearsalOf(planOf('findings/kills-lose-stream'));
  expect(planOf('findings/kills-lose-stream').expect).not.toBe('pass');
  expect(rehearsal.expect).toBe('pass');
  const recoveries = rehearsalOf(planOf('partition-recovery')).thresholds.filter(
    ({ metric }) => metric === 'recovery-time',
  );
  expect(recoveries).toMatchObject([{ allowNeverLost: true }]);
});
