import type { ProbeSeries, Sample } from '../../src/history/record.ts';
import type { WorkloadRecord } from '../../src/history/workload-record.ts';
import { seededRandom } from '../../src/support/random.ts';
import { PhaseLatencies } from '../../src/verdict/phase-latencies.ts';
import { Tally } from '../../src/workloads/tally.ts';

export const BASELINE = 1_200;
export const CUT = 6_200;
export const HEALED = 18_200;
export const STEADY = 27_640;
export const END = 32_640;
export const ZONES = ['qa1a', 'qa1b'] as const;

/** One of each mirror. */
export function mirrors<T>(make: (stream: string) => T): T[] {
  return ['qa1a/qa_mirror_qa1b', 'qa1b/qa_mirror_qa1a'].map(make);
}

/** Steady rates; the mirrors' consumers stall, and catch up in a burst. */
export function workloads(): WorkloadRecord[] {
  const random = seededRandom(7);
  const seconds = Array.from({ length: 33 }, (_, at) => at * 1000);
  const stalled = (t: number) => t >= CUT + 500 && t < HEALED + 6_500;
  const make = (
    kind: 'publish' | 'consume',
    name: string,
    target: string,
    isMirror: boolean,
  ): WorkloadRecord => {
    const series = seconds.map((t) => {
      const burst = isMirror && t >= HEALED + 6_500 && t < HEALED + 8_500;
      const ok =
        t < 1000 ? 40 : isMirror && stalled(t) ? 0 : burst ? 1900 : 198 + Math.floor(random.next() * 5);
      const base = 1.6 + random.next() * 0.5 + (t >= CUT && t < CUT + 1000 ? 3 : 0);
      const latency = kind === 'publish' ? { p50Ms: base, p99Ms: base * (2.2 + random.next()) } : {};
      return { t, ok, failed: 0, unknown: 0, ...latency };
    });
    const latencies = kind === 'publish' ? latenciesOf(series) : {};
    return {
      name,
      kind,
      target,
      ...latencies,
      ok: series.reduce((sum, second) => sum + second.ok, 0),
      failed: 0,
      unknown: 0,
      redelivered: isMirror ? 6 : 0,
      seconds: series,
    };
  };
  return ZONES.flatMap((zone) => {
    const other = zone === 'qa1a' ? 'qa1b' : 'qa1a';
    const mirror = `${zone}/qa_mirror_${other}`;
    return [
      make('publish', `publish-${zone}`, `${zone}/qa`, false),
      make('consume', `consume-${zone}`, `${zone}/qa/consumer-${zone}`, false),
      make('consume', `consume-${zone}-mirror`, `${mirror}/consumer-${zone}-mirror`, true),
    ];
  });
}

/** As a publisher counts them: around the median of each second, with a tail that grows when the zones are cut. */
function latenciesOf(
  seconds: readonly { t: number; ok: number; p50Ms?: number }[],
): Pick<WorkloadRecord, 'latency' | 'heatMap'> {
  const random = seededRandom(5);
  const tally = new Tally();
  const phases = new PhaseLatencies([
    { name: 'baseline', startedAt: BASELINE, endedAt: CUT },
    { name: 'partition', startedAt: CUT, endedAt: HEALED },
    { name: 'recovery', startedAt: HEALED, endedAt: STEADY },
    { name: 'afterwards', startedAt: STEADY, endedAt: END },
  ]);
  for (const { t, ok, p50Ms = 1 } of seconds) {
    for (let n = 0; n < ok; n += 1) {
      const slow = t >= CUT && t < HEALED && random.next() < 0.02 ? 20 + 200 * random.next() : 1;
      const latencyMs = p50Ms * Math.exp((random.next() + random.next() - 1) * 0.9) * slow;
      const at = t + (n * 1000) / ok;
      tally.count(at, 'ok', latencyMs);
      phases.add(at, latencyMs, 0, 'ok');
    }
  }
  const { latency = [], heatMap } = tally.record('', 'publish', '');
  return { latency: [...latency, ...phases.records()], ...(heatMap === undefined ? {} : { heatMap }) };
}

/** Readings every 250 ms, with one that failed. */
export function probes(): ProbeSeries[] {
  const random = seededRandom(11);
  const times = Array.from({ length: END / 250 }, (_, at) => at * 250);
  const series = (
    kind: string,
    target: string,
    unit: string,
    read: (t: number) => Omit<Sample, 't'>,
  ): ProbeSeries => ({
    id: `${kind} ${target}`,
    kind,
    target,
    unit,
    samples: times.map((t) => ({ t, ...read(t) })),
  });
  const published = (t: number) => Math.max(0, Math.round((t - 800) / 5));
  const caughtUp = HEALED + 8_000;
  const lag = (t: number): number => {
    if (t < CUT) return Math.floor(random.next() * 4);
    if (t < HEALED + 6_500) return published(t) - published(CUT);
    if (t < caughtUp) return Math.round(((published(t) - published(CUT)) * (caughtUp - t)) / 1_500);
    return Math.floor(random.next() * 4);
  };
  const state = (t: number) => (t > CUT + 3_500 && t < HEALED + 6_400 ? 'disconnected' : 'connected');
  return [
    ...mirrors((stream) => series('mirror-lag', stream, 'messages', (t) => ({ value: lag(t) }))),
    ...mirrors((stream) => series('mirror-state', stream, '', (t) => ({ state: state(t) }))),
    ...ZONES.map((zone) =>
      series('ack-floor', `${zone}/qa/consumer-${zone}`, 'sequence', (t) => ({ value: published(t) })),
    ),
    series('ack-floor', 'qa1a/qa_mirror_qa1b/consumer-qa1a-mirror', 'sequence', (t) => ({
      value: Math.max(0, published(t) - lag(t)),
    })),
    series('stream-leader', 'qa1a/qa', '', (t) => ({ state: t < 14_000 ? 'js2-qa1a' : 'js3-qa1a' })),
    series('stream-leader', 'qa1b/qa', '', (t) =>
      t > 9_000 && t < 9_600 ? { error: 'no answer within 500 ms' } : { state: 'js1-qa1b' },
    ),
  ];
}
