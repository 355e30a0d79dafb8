import { redactor } from '../../src/support/redaction.ts';
import { historyOf } from '../../src/history/in-memory.ts';
import type { PublishEvent } from '../../src/history/events.ts';
import type { ExpectationResult, FaultRecord, PhaseRecord, RunRecord } from '../../src/history/record.ts';
import type { Finding } from '../../src/checkers/checker.ts';
import { toSavedRun, type PlannedDocuments } from '../../src/report/saved-run.ts';
import type { SavedRun } from '../../src/report/schema.ts';
import type { Expect } from '../../src/verdict/expected.ts';
import { judge } from '../../src/verdict/judge.ts';
import { measureThresholds, type ThresholdResult } from '../../src/verdict/thresholds.ts';
import { ENVIRONMENT_YAML, EXPERIMENT_YAML } from './fixture-documents.ts';
import { BASELINE, CUT, END, HEALED, mirrors, probes, STEADY, workloads, ZONES } from './fixture-series.ts';
import { serverEvents, timeline } from './fixture-timeline.ts';

/** A run of partition-recovery as it comes out when all is well; figures like those of real servers. */
export function fixtureRecord(): RunRecord {
  return {
    runId: 'a1b2c3d4',
    seed: 424242,
    driver: 'process',
    startedAt: '2026-11-21T03:15:00.000Z',
    endedAt: '2026-11-21T03:15:37.812Z',
    durationMs: 37_812,
    versions: { 'nats-server': '2.12.3', toxiproxy: '2.12.0', node: '20.20.2' },
    topology: topology(),
    readyMs: 3_910,
    teardownMs: 412,
    steadyStateBefore: mirrors((stream) =>
      met(`mirror-lag ${stream}`, 'max 100, within 10 s', 'lag was 0 at 0.9 s'),
    ),
    steadyStateAfter: mirrors((stream) =>
      met(`mirror-lag ${stream}`, 'max 100, within 10 s', 'lag was 1 at 32.7 s'),
    ),
    phases: phases(),
    faults: [partition()],
    workloads: workloads(),
    probes: probes(),
    drain: { ok: true, ms: 310, note: 'every workload finished' },
    guard: { checks: 41, bypasses: [] },
    timeline: timeline(),
    serverEvents: serverEvents(),
    unclean: [],
  };
}

export function fixtureFindings(): Finding[] {
  const both = ['publish-qa1a', 'publish-qa1b'];
  return [
    ...both.map((workload) => ({
      check: 'no-loss',
      subject: `${workload} → both zones`,
      verdict: 'pass' as const,
      statement: 'all 6,287 acknowledged messages are stored and were delivered and acknowledged',
      counts: { published: 6287, acknowledged: 6287 },
      examples: [],
    })),
    {
      check: 'no-duplicates',
      subject: 'four consumers',
      verdict: 'pass',
      statement:
        'no message is stored twice, and none came again after its acknowledgement; 12 redeliveries before that',
      counts: { stored: 12574, delivered: 25148, redelivered: 12 },
      examples: [],
    },
    {
      check: 'ordered',
      subject: 'four consumers',
      verdict: 'pass',
      statement: 'all 25,148 first deliveries follow their stream and their publisher',
      counts: { firstDeliveries: 25148, leftOut: 0 },
      examples: [],
    },
    {
      check: 'identical',
      subject: 'qa1a/qa and qa1b/qa_mirror_qa1a',
      verdict: 'pass',
      statement: 'both hold the same 6,287 messages',
      counts: { compared: 6287, different: 0 },
      examples: [],
    },
  ];
}

function fixtureThresholds(record: RunRecord): ThresholdResult[] {
  const publishes: PublishEvent[] = Array.from({ length: 2400 }, (_, at) => ({
    type: 'publish',
    t: CUT + at * 5,
    workload: 'publish-qa1a',
    stream: 'qa1a/qa',
    n: at + 1,
    id: `a1b2c3d4/publish-qa1a/${at + 1}`,
    outcome: 'ok',
    seq: at + 1,
    latencyMs: 1.5 + (at % 100) / 40,
    attempts: 1,
  }));
  return measureThresholds(
    [
      { metric: 'recovery-time', phase: 'recovery', maxMs: 60_000 },
      { metric: 'publish-latency', workload: 'publish-qa1a', phase: 'partition', p99Ms: 250 },
    ],
    record,
    historyOf(publishes, {}),
  );
}

export function fixturePlan(): PlannedDocuments {
  return {
    experiment: {
      name: 'partition-recovery',
      title:
        'A partition between the zones loses, repeats and reorders nothing, and mirrors catch up by themselves',
      file: 'experiments/partition-recovery.yaml',
      tags: ['nightly', 'mirror'],
      source: EXPERIMENT_YAML,
    },
    environment: {
      name: 'dual-mirror',
      title: 'Two zones; each keeps its own source stream and a mirror of the other’s',
      file: 'environments/dual-mirror.yaml',
      source: ENVIRONMENT_YAML,
    },
  };
}

/** The saved run of a record; `findings` and `secrets` where they matter. */
export function fixtureRun(
  record: RunRecord = fixtureRecord(),
  {
    findings = fixtureFindings(),
    secrets = [],
    plan = fixturePlan(),
    expect = 'pass',
  }: { findings?: Finding[]; secrets?: string[]; plan?: PlannedDocuments; expect?: Expect } = {},
): SavedRun {
  const thresholds = fixtureThresholds(record);
  return toSavedRun({
    program: { name: 'nats-chaos', version: '0.1.0' },
    plan,
    record,
    findings,
    thresholds,
    judgement: judge({ record, findings, thresholds, expect }),
    command: 'chaos run experiments/partition-recovery.yaml --nats 2.12.3 --driver process --seed 424242',
    logs: record.topology.clusters.flatMap((cluster) => cluster.nodes.map((node) => `logs/${node.name}.log`)),
    redact: redactor(secrets),
  });
}

function topology(): RunRecord['topology'] {
  const clusters = ZONES.map((zone, z) => ({
    name: zone,
    nodes: [1, 2, 3].map((n) => ({
      name: `js${n}-${zone}`,
      client: `127.0.0.1:${16222 + z * 10 + n - 1}`,
      monitor: `http://127.0.0.1:${18222 + z * 10 + n - 1}`,
    })),
  }));
  const names = (zone: string) => [1, 2, 3].map((n) => `${zone}/js${n}-${zone}`);
  const routes = ZONES.flatMap((zone) =>
    [
      [0, 1],
      [0, 2],
      [1, 2],
    ].map(([a = 0, b = 0]) => ({ kind: 'route', from: names(zone)[a] ?? '', to: names(zone)[b] ?? '' })),
  );
  const leafnodes = names('qa1b').flatMap((from) =>
    names('qa1a').map((to) => ({ kind: 'leafnode', from, to })),
  );
  const clients = ZONES.flatMap((zone) => names(zone).map((to) => ({ kind: 'client', from: 'client', to })));
  return {
    clusters,
    links: [...routes, ...leafnodes, ...clients].map((link) => ({
      name: `${link.kind}:${link.from}>${link.to}`,
      ...link,
    })),
    streams: [
      { address: 'qa1a/qa', replicas: 3 },
      { address: 'qa1a/qa_mirror_qa1b', mirrorOf: 'qa1b/qa', replicas: 3 },
      { address: 'qa1b/qa', replicas: 3 },
      { address: 'qa1b/qa_mirror_qa1a', mirrorOf: 'qa1a/qa', replicas: 3 },
    ],
  };
}

function met(probe: string, condition: string, statement: string): ExpectationResult {
  return { probe, condition, outcome: 'met', statement, readings: 48 };
}

function phases(): PhaseRecord[] {
  const phase = (name: string, startedAt: number, endedAt: number): PhaseRecord => ({
    name,
    startedAt,
    endedAt,
    outcome: 'completed',
    actions: [],
    expectations: [],
  });
  return [
    phase('baseline', BASELINE, CUT),
    {
      ...phase('partition', CUT, HEALED),
      expectations: [
        met('ack-floor qa1a/qa/consumer-qa1a', 'advances', 'rose from 998 to 3,391'),
        met('ack-floor qa1b/qa/consumer-qa1b', 'advances', 'rose from 996 to 3,388'),
        met(
          'ack-floor qa1a/qa_mirror_qa1b/consumer-qa1a-mirror',
          'does not advance, after 2 s',
          'stayed at 1,001',
        ),
        met('mirror-lag qa1a/qa_mirror_qa1b', 'grows', 'grew from 2 to 2,391'),
        met('mirror-state qa1a/qa_mirror_qa1b', 'is disconnected, within 10 s', 'disconnected from 9.7 s on'),
      ],
    },
    {
      ...phase('recovery', HEALED, STEADY),
      recoveryMs: STEADY - HEALED - 210,
      note: 'the steady state holds',
    },
    phase('afterwards', STEADY, END),
  ];
}

function partition(): FaultRecord {
  const links = topology().links.filter((link) => link.kind === 'leafnode');
  const proof = (statement: string, t: number, afterMs: number, leafnodes: number) => ({
    proven: true,
    statement,
    t,
    afterMs,
    readings: { leafnodes, expected: 9 },
  });
  return {
    id: 'partition#1',
    kind: 'partition',
    phase: 'partition',
    title: 'partition between qa1a and qa1b',
    targets: links.map((link) => link.name),
    roles: {},
    options: { between: ['qa1a', 'qa1b'] },
    injectedAt: CUT + 12,
    inForce: proof('0 of 9 leafnode connections are up', CUT + 173, 161, 0),
    heldToEnd: proof('0 of 9 leafnode connections are up', HEALED - 3, 11_985, 0),
    removedAt: HEALED + 18,
    removed: proof('9 of 9 leafnode connections are up', HEALED + 210, 192, 9),
    undo: [
      {
        t: HEALED + 18,
        record: { driver: 'process', op: 'links.release', args: { links: links.map((link) => link.name) } },
        attempts: 1,
        ok: true,
      },
    ],
  };
}
