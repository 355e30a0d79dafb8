import { toSavedRun } from '../../../src/report/saved-run.ts';
import type { SavedRun } from '../../../src/report/schema.ts';
import { judge } from '../../../src/verdict/judge.ts';
import { cleanRun } from '../../verdict/clean-run.ts';
import type { Flaw } from '../../verdict/flaws.ts';
import { fixturePlan } from '../fixture.ts';

/** The experiment that a clean run could have come from. */
const SOURCE = `name: clean
title: Nothing happens
environment: e
workloads:
  publish: { kind: publish, stream: c/s, subject: s.x, rate: 1/s }
steadyState:
  - { kind: mirror-lag, stream: c/s, max: 100 }
method:
  - phase: fault
    faults: [{ kind: partition, between: [a, b] }]
    for: 4s
    expect:
      - { kind: ack-floor, consumer: c/s/w, max: 100 }
  - phase: recovery
    until: steady
    within: 1m
checks:
  - { kind: no-loss, published: publish, received: [w] }
thresholds:
  - { metric: publish-latency, workload: publish, phase: fault, p99: 250ms }
`;

/** A run with some flaws, as it is saved. */
export function judgedRun(flaws: readonly Pick<Flaw, 'apply'>[], expect: 'pass' | 'fail' = 'pass'): SavedRun {
  const run = cleanRun();
  for (const { apply } of flaws) apply(run);
  const plan = fixturePlan();
  return toSavedRun({
    program: { name: 'nats-chaos', version: '0.1.0' },
    plan: {
      ...plan,
      experiment: { ...plan.experiment, name: 'clean', file: 'experiments/clean.yaml', source: SOURCE },
    },
    record: run.record,
    findings: [...run.findings],
    thresholds: [...run.thresholds],
    judgement: judge({ ...run, expect }),
    command: 'chaos run experiments/clean.yaml --seed 1',
    logs: [],
    redact: (text) => text,
  });
}
