import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LatencyHistogram } from '../../src/history/latency/histogram.ts';
import { historyOf } from '../../src/history/in-memory.ts';
import { PhaseLatencies, phaseLatencies, withPhaseLatencies } from '../../src/verdict/phase-latencies.ts';

const PHASES = [
  { name: 'before', startedAt: 0, endedAt: 1000 },
  { name: 'fault', startedAt: 1000, endedAt: 2000 },
  { name: 'never' },
];

it('sorts operations by when they were sent, whatever the order in which they come', () => {
  const operation = fc.record({
    t: fc.integer({ min: -100, max: 2500 }),
    latencyMs: fc.integer({ min: 0, max: 9000 }),
    outcome: fc.constantFrom('ok' as const, 'failed' as const, 'unknown' as const),
  });
  fc.assert(
    fc.property(fc.array(operation), (operations) => {
      const latencies = new PhaseLatencies(PHASES);
      for (const { t, latencyMs, outcome } of operations) latencies.add(t, latencyMs, 0, outcome);
      for (const { name, startedAt = Infinity, endedAt = Infinity } of PHASES.slice(0, 2)) {
        const own = operations.filter(({ t }) => t >= startedAt && t < endedAt);
        const count = (what: string) => own.filter(({ outcome }) => outcome === what).length;
        const seen = latencies.of(name);
        expect(seen).toMatchObject({ refused: count('failed'), unanswered: count('unknown') });
        expect(seen?.fromSend.count).toBe(count('ok'));
      }
      expect(latencies.of('never')).toBeUndefined();
    }),
  );
});

it('counts from the intended time and from the send', () => {
  const latencies = new PhaseLatencies(PHASES);
  latencies.add(100, 2, 0, 'ok');
  expect(latencies.records().map(({ phase }) => phase)).toEqual(['before']);
  expect(latencies.records()[0]).not.toHaveProperty('fromSend');
  latencies.add(1500, 2, 1000, 'ok');
  const [, late] = latencies.records();
  expect(LatencyHistogram.decode(late?.fromIntended ?? '')?.quantile(1)).toBeCloseTo(1003.519, 3);
  expect(LatencyHistogram.decode(late?.fromSend ?? '')?.quantile(1)).toBeCloseTo(2, 1);
});

it('reads publishes and deliveries of a history, each by its own beginning', () => {
  const publish = { type: 'publish', workload: 'p', stream: 'a/s', n: 1, id: 'r/p/1', attempts: 1 } as const;
  const ack = { type: 'ack', workload: 'c', consumer: 'a/s/c', seq: 1, outcome: 'ok' } as const;
  const history = historyOf(
    [
      { ...publish, t: 999, outcome: 'ok', latencyMs: 5 },
      { type: 'deliver', workload: 'c', consumer: 'a/s/c', seq: 1, t: 998, id: 'r/p/1', deliveries: 1 },
      { ...ack, t: 1003, latencyMs: 1 },
    ],
    {},
  );
  const all = phaseLatencies(
    PHASES.map((phase) => ({ ...phase, outcome: 'completed', actions: [], expectations: [] })),
    history,
  );
  for (const name of ['p', 'c']) expect(all.get(name)?.of('before')?.fromSend.count).toBe(1);
  const record = {
    name: 'p',
    kind: 'publish',
    target: 'a/s',
    ok: 1,
    failed: 0,
    unknown: 0,
    redelivered: 0,
    seconds: [],
  };
  const whole = { unanswered: 0, refused: 0, fromIntended: new LatencyHistogram().encode() };
  expect(withPhaseLatencies(record, all)).not.toHaveProperty('latency');
  const { latency } = withPhaseLatencies({ ...record, latency: [whole] }, all);
  expect(latency?.map(({ phase }) => phase)).toEqual([undefined, 'before']);
});

it.each(['publish', 'core-publish', 'mqtt-publish', 'http'])(
  'sorts what a workload of the kind %s sends',
  (kind) => {
    const sent = { type: 'publish', workload: 'p', stream: 'a/s', attempts: 1, outcome: 'ok' } as const;
    const history = historyOf(
      [
        { ...sent, n: 1, id: 'r/p/1', t: 999, latencyMs: 5 },
        { ...sent, n: 2, id: 'r/p/2', t: 1001, outcome: 'failed', latencyMs: 5 },
      ],
      { p: { kind, target: 'a/s' } },
    );
    const of = phaseLatencies(
      PHASES.map((phase) => ({ ...phase, outcome: 'completed', actions: [], expectations: [] })),
      history,
    ).get('p');
    expect(of?.of('before')?.fromSend.count).toBe(1);
    expect(of?.of('fault')?.refused).toBe(1);
  },
);
