import type { ProbeSeries, RunRecord, Sample } from '../src/history/record.ts';
import type { WorkloadRecord } from '../src/history/workload-record.ts';
import type { ServerEvent } from '../src/history/server-events.ts';
import type { SavedRun } from '../src/report/schema.ts';
import { seededRandom } from '../src/support/random.ts';
import { fixtureRecord, fixtureRun } from '../test/report/fixture.ts';

const SECONDS = 600;
const PER_SECOND = 10;
const NUMERIC_SERIES = 20;
const FIRST_CUT_S = 60;
const CUT_EVERY_S = 120;
const CUT_S = 30;
const CUTS = 4;

/**
 * The saved run of ten minutes of partitions, as long runs are: twenty series of numbers and four leaders, each read ten times
 * a second; six workloads; a partition every two minutes, with its lag and its catch-up.
 */
export function longRun(seed: number, version: string): SavedRun {
  const random = seededRandom(seed);
  const chance = (): number => random.next();
  const record = fixtureRecord();
  record.runId = `long-${seed}`;
  record.seed = seed;
  record.durationMs = SECONDS * 1000 + 4_000;
  record.versions['nats-server'] = version;
  record.phases = phases(record, chance());
  record.faults = faults(record);
  record.workloads = record.workloads.map((workload) => longer(workload, chance));
  record.probes = [...numbers(chance), ...leaders()];
  record.serverEvents = { events: serverEvents(record), leftOut: 40 };
  return fixtureRun(record);
}

function phases({ phases: [baseline, partition, recovery] }: RunRecord, chance: number): RunRecord['phases'] {
  if (!baseline || !partition || !recovery) throw new Error('the fixture has three phases');
  const recoveryMs = 3_000 + Math.round(chance * 4_000);
  const end = SECONDS * 1000;
  const from = (FIRST_CUT_S + (CUTS - 1) * CUT_EVERY_S + CUT_S) * 1000;
  return [
    { ...baseline, startedAt: 0, endedAt: FIRST_CUT_S * 1000 },
    { ...partition, startedAt: FIRST_CUT_S * 1000, endedAt: from },
    { ...recovery, startedAt: from, endedAt: end, recoveryMs },
  ];
}

function faults({ faults: [fault] }: RunRecord): RunRecord['faults'] {
  if (!fault?.inForce || !fault.heldToEnd || !fault.removed)
    throw new Error('the fixture has a proven fault');
  const { inForce, heldToEnd, removed } = fault;
  return Array.from({ length: CUTS }, (_, at) => {
    const from = (FIRST_CUT_S + at * CUT_EVERY_S) * 1000;
    const to = from + CUT_S * 1000;
    return {
      ...fault,
      id: at === 0 ? fault.id : `${fault.id}.${at + 1}`,
      injectedAt: from,
      inForce: { ...inForce, t: from + 160 },
      heldToEnd: { ...heldToEnd, t: to - 5 },
      removedAt: to,
      removed: { ...removed, t: to + 190 },
    };
  });
}

/** As many as a saved run may hold: links that go and come back with each partition, and tries in between. */
function serverEvents({ topology, serverEvents: told }: RunRecord): ServerEvent[] {
  const nodes = topology.clusters.flatMap(({ name, nodes: all }) =>
    all.map((node) => `${name}/${node.name}`),
  );
  const events = told?.events ?? [];
  return Array.from({ length: 300 }, (_, at) => {
    const event = events[at % events.length];
    if (event === undefined) throw new Error('the fixture has server events');
    const t = (FIRST_CUT_S + Math.floor(at / 75) * CUT_EVERY_S) * 1000 + (at % 75) * 400;
    return { ...event, t, until: t + (at % 3) * 300, node: nodes[at % nodes.length] ?? event.node };
  });
}

/** How long a mirror has heard nothing at a moment, in seconds; it comes back six seconds after its link. */
function silentFor(t: number): number {
  const since = t / 1000 - FIRST_CUT_S;
  const within = since % CUT_EVERY_S;
  return since < 0 || since >= CUTS * CUT_EVERY_S || within > CUT_S + 6 ? 0 : within;
}

function longer(workload: WorkloadRecord, chance: () => number): WorkloadRecord {
  const isMirror = workload.name.endsWith('-mirror');
  const seconds = Array.from({ length: SECONDS }, (_, at) => {
    const t = at * 1000;
    const ok = isMirror && silentFor(t) > 0 ? 0 : 195 + Math.floor(chance() * 10);
    const p50Ms = round(1.4 + chance());
    return { t, ok, failed: 0, unknown: 0, p50Ms, p99Ms: round(p50Ms * (2 + 4 * chance())) };
  });
  return { ...workload, seconds, ok: seconds.reduce((sum, { ok }) => sum + ok, 0) };
}

const KINDS = [
  { kind: 'mirror-lag', unit: 'messages' },
  { kind: 'consumer-pending', unit: 'messages' },
  { kind: 'ack-floor', unit: 'sequence' },
  { kind: 'stream-messages', unit: 'messages' },
] as const;

function numbers(chance: () => number): ProbeSeries[] {
  return Array.from({ length: NUMERIC_SERIES }, (_, at) => {
    const { kind, unit } = KINDS[at % KINDS.length] ?? KINDS[0];
    const rises = kind === 'ack-floor' || kind === 'stream-messages';
    return series(kind, `qa1a/stream-${at}`, unit, chance, (t) => ({
      value: rises ? Math.round(t / 5) : Math.round(200 * silentFor(t) + 4 * chance()),
    }));
  });
}

function leaders(): ProbeSeries[] {
  return Array.from({ length: 4 }, (_, at) =>
    series(
      'stream-leader',
      `qa1a/stream-${at}`,
      '',
      () => 0,
      (t) => ({
        state: `js${1 + ((at + Math.floor(t / 150_000)) % 3)}-qa1a`,
      }),
    ),
  );
}

function series(
  kind: string,
  target: string,
  unit: string,
  chance: () => number,
  read: (t: number) => Omit<Sample, 't'>,
): ProbeSeries {
  const samples = Array.from({ length: SECONDS * PER_SECOND }, (_, at) => {
    const t = (at * 1000) / PER_SECOND + Math.round(chance() * 50) / 10;
    return { t, ...read(t) };
  });
  return { id: `${kind} ${target}`, kind, target, unit, samples };
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
