import type { Finding } from '../../src/checkers/checker.ts';
import type { Evidence, ExpectationResult, RunRecord } from '../../src/history/record.ts';
import type { JudgeInput } from '../../src/verdict/judge.ts';

const proof = (t: number): Evidence => ({
  proven: true,
  statement: 'as it should be',
  t,
  afterMs: 10,
  readings: {},
});

const met = (probe: string): ExpectationResult => ({
  probe,
  condition: 'max 100',
  outcome: 'met',
  statement: 'was 3',
  readings: 9,
});

const passed: Finding = {
  check: 'no-loss',
  subject: 'publish',
  verdict: 'pass',
  statement: 'nothing is lost',
  counts: { lost: 0 },
  examples: [],
};

/** A run against which nothing can be said. */
export function cleanRun(): JudgeInput & { record: RunRecord; findings: Finding[] } {
  return {
    record: {
      runId: 'r1',
      seed: 1,
      driver: 'process',
      startedAt: '2026-11-21T00:00:00Z',
      endedAt: '2026-11-21T00:00:09Z',
      durationMs: 9000,
      versions: {},
      topology: { clusters: [], links: [], streams: [] },
      steadyStateBefore: [met('lag')],
      steadyStateAfter: [met('lag')],
      phases: [
        {
          name: 'fault',
          startedAt: 0,
          endedAt: 4000,
          outcome: 'completed',
          actions: [],
          expectations: [met('floor')],
        },
        {
          name: 'recovery',
          startedAt: 4000,
          endedAt: 9000,
          outcome: 'completed',
          actions: [],
          expectations: [],
          recoveryMs: 900,
        },
      ],
      faults: [
        {
          id: 'partition#1',
          kind: 'partition',
          phase: 'fault',
          title: 'partition between a and b',
          targets: [],
          roles: {},
          options: {},
          injectedAt: 10,
          inForce: proof(20),
          heldToEnd: proof(3990),
          removedAt: 4000,
          removed: proof(4010),
          undo: [
            { t: 4000, record: { driver: 'process', op: 'links.release', args: {} }, attempts: 1, ok: true },
          ],
        },
      ],
      workloads: [
        {
          name: 'publish',
          kind: 'publish',
          target: 'a/s',
          ok: 10,
          failed: 0,
          unknown: 0,
          redelivered: 0,
          seconds: [],
        },
      ],
      probes: [
        { id: 'lag', kind: 'mirror-lag', target: 'a/m', unit: 'messages', samples: [{ t: 1, value: 3 }] },
      ],
      drain: { ok: true, ms: 5, note: 'done' },
      guard: { checks: 3, bypasses: [] },
      timeline: [],
      unclean: [],
    },
    findings: [structuredClone(passed)],
    thresholds: [
      {
        metric: 'publish-latency p99',
        subject: 'publish in phase fault',
        workload: 'publish',
        phase: 'fault',
        unit: 'ms',
        limit: 100,
        measured: 5,
        outcome: 'met',
        statement: 'p99 is 5 ms',
      },
    ],
  };
}
