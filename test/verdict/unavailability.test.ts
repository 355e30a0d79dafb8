import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeliverEvent, HistoryEvent, PublishEvent, WorkloadEvent } from '../../src/history/events.ts';
import type { History } from '../../src/history/history.ts';
import { historyOf } from '../../src/history/in-memory.ts';
import { availabilityOf, unavailabilityIn } from '../../src/verdict/unavailability.ts';

const EVERY_MS = 10;
const LATENCY_MS = 2;
const WORKLOADS: History['workloads'] = {
  p: { kind: 'publish', target: 'a/s', everyMs: EVERY_MS },
  c: { kind: 'consume', target: 'a/s/worker', everyMs: 0, receivesFrom: ['p'] },
};

const mark = (t: number, what: WorkloadEvent['mark'], workload = 'p'): WorkloadEvent => ({
  type: 'workload',
  t,
  workload,
  mark: what,
});

const sent = (t: number, over: Partial<PublishEvent> = {}): PublishEvent => ({
  type: 'publish',
  t,
  workload: 'p',
  stream: 'a/s',
  n: 1,
  id: 'r/p/1',
  outcome: 'ok',
  seq: t / EVERY_MS + 1,
  latencyMs: LATENCY_MS,
  attempts: 1,
  ...over,
});

const delivered = (t: number, seq: number): DeliverEvent => ({
  type: 'deliver',
  t,
  workload: 'c',
  consumer: 'a/s/worker',
  seq,
  id: null,
  deliveries: 1,
});

/** A message every 10 ms. */
const steadily = (from: number, to: number): PublishEvent[] =>
  Array.from({ length: (to - from) / EVERY_MS }, (_, at) => sent(from + at * EVERY_MS));

const lost = ({ type, t, workload, stream, n, id, attempts }: PublishEvent): PublishEvent => ({
  type,
  t,
  workload,
  stream,
  n,
  id,
  attempts,
  outcome: 'unknown',
  endedAt: t + 5000,
});

function measure(events: HistoryEvent[], workload = 'p', scope?: { from: number; to: number }, facts = {}) {
  const own = WORKLOADS[workload];
  const workloads = { ...WORKLOADS, ...(own === undefined ? {} : { [workload]: { ...own, ...facts } }) };
  return unavailabilityIn(availabilityOf(workload, historyOf(events, workloads)), scope);
}

describe('a publisher is unavailable', () => {
  it('for no longer than its slowest operation while all goes well: its pace explains the rest', () => {
    const events = [mark(0, 'started'), ...steadily(0, 3000), mark(3000, 'stopped')];
    expect(measure(events)).toEqual({ longestMs: LATENCY_MS, totalMs: 0, windows: [] });
    const slow = [mark(0, 'started'), sent(0), sent(60_000), mark(119_000, 'stopped')];
    expect(measure(slow, 'p', undefined, { everyMs: 60_000 })).toMatchObject({ longestMs: LATENCY_MS });
  });

  it('from the first operation due that did not succeed to the next success', () => {
    const out = steadily(1000, 2500).map(lost);
    const events = [
      mark(0, 'started'),
      ...steadily(0, 1000),
      ...out,
      ...steadily(2500, 3000),
      mark(3000, 'stopped'),
    ];
    expect(measure(events)).toEqual({ longestMs: 1502, totalMs: 1502, windows: [{ from: 1000, to: 2502 }] });
  });

  it('while refused, while an answer is late, and while it cannot even send', () => {
    const around = (between: PublishEvent[]) =>
      measure([
        mark(0, 'started'),
        ...steadily(0, 1000),
        ...between,
        ...steadily(2000, 2500),
        mark(2500, 'stopped'),
      ]);
    const refused = steadily(1000, 2000).map((event) => ({ ...event, outcome: 'failed' as const }));
    for (const between of [refused, [sent(1000, { latencyMs: 1002 })], []]) {
      expect(around(between)).toMatchObject({ windows: [{ from: 1000, to: 2002 }] });
    }
  });

  it('not while the experiment has paused it, nor once it is done with its count', () => {
    const paused = [
      mark(0, 'started'),
      ...steadily(0, 1000),
      mark(1000, 'paused'),
      mark(9000, 'resumed'),
      ...steadily(9000, 9500),
      mark(60_000, 'stopped'),
    ];
    expect(measure(paused, 'p', undefined, { count: 150 })).toMatchObject({ longestMs: LATENCY_MS });
    // With no count it should have gone on.
    expect(measure(paused)).toMatchObject({ longestMs: 50_500 });
  });

  it('to the end of the run where it never comes back, also in a run that was cut short', () => {
    const events = [mark(0, 'started'), ...steadily(0, 1000), ...steadily(1000, 2000).map(lost)];
    expect(measure([...events, mark(4000, 'stopped')])).toMatchObject({
      windows: [{ from: 1000, to: 4000 }],
    });
    expect(measure(events)).toMatchObject({ windows: [{ from: 1000, to: 6990 }] });
  });

  it('in a phase from the beginning of the phase, and beyond its end', () => {
    const events = [mark(0, 'started'), ...steadily(0, 1000), ...steadily(4000, 5000), mark(5000, 'stopped')];
    const longest = (from: number, to: number) => measure(events, 'p', { from, to }).longestMs;
    expect([longest(0, 900), longest(0, 2000), longest(2000, 3000), longest(4500, 5000)]).toEqual([
      2, 3002, 2002, 2,
    ]);
  });
});

describe('a consumer is unavailable', () => {
  const running = (events: HistoryEvent[]) => [
    mark(0, 'started', 'c'),
    mark(0, 'started'),
    ...events,
    mark(20_000, 'stopped'),
    mark(20_000, 'stopped', 'c'),
  ];

  it('only while something waits for it: a stream without anything new is no outage', () => {
    const events = running([sent(0), delivered(3, 1), sent(9000, { seq: 2 }), delivered(9003, 2)]);
    expect(measure(events, 'c')).toEqual({ longestMs: 1, totalMs: 0, windows: [] });
  });

  it('from what was stored first and not delivered to the next delivery', () => {
    const published = [0, 1000, 2000].map((t, at) => sent(t, { seq: at + 1 }));
    const events = running([...published, delivered(3, 1), delivered(5000, 2), delivered(5001, 3)]);
    expect(measure(events, 'c')).toMatchObject({ longestMs: 3998, windows: [{ from: 1002, to: 5000 }] });
  });

  it('to the end where a stored message was never delivered, but not for one that was removed', () => {
    const events = running([
      sent(0),
      delivered(3, 1),
      sent(1000, { seq: 2 }),
      sent(1001, { seq: 3 }),
      delivered(1004, 3),
    ]);
    const audit = (seqs: number[]): HistoryEvent[] => [
      ...seqs.map((seq) => ({
        type: 'stored' as const,
        stream: 'a/s',
        seq,
        subject: 's',
        id: null,
        digest: '',
      })),
      {
        type: 'stream-audit',
        stream: 'a/s',
        complete: true,
        messages: 3,
        firstSeq: 1,
        lastSeq: 3,
        mayExpire: false,
      },
    ];
    expect(measure([...events, ...audit([1, 2, 3])], 'c')).toMatchObject({
      windows: [{ from: 1004, to: 20_000 }],
    });
    expect(measure([...events, ...audit([1, 3])], 'c')).toMatchObject({ windows: [] });
  });

  it('not while it works on what it has', () => {
    const published = [0, 1, 2].map((t) => sent(t, { seq: t + 1 }));
    const events = running([...published, delivered(500, 1), delivered(1000, 2), delivered(1500, 3)]);
    expect(measure(events, 'c', undefined, { everyMs: 500 })).toMatchObject({
      windows: [{ from: 2, to: 500 }],
    });
  });

  it('of a mirror cannot be told: when a message came there stands in no history', () => {
    const events = running([sent(0), sent(10), delivered(9000, 1), delivered(9001, 2)]);
    expect(measure(events, 'c', undefined, { receivesFrom: [] }).longestMs).toBeNull();
  });
});

describe('too little', () => {
  it('is not measured, never no time at all: nothing, a single event of any kind, an unknown workload', () => {
    const single: HistoryEvent[] = [
      sent(0),
      lost(sent(0)),
      delivered(1, 1),
      mark(0, 'started'),
      mark(5, 'stopped', 'c'),
      { type: 'ack', t: 1, workload: 'c', consumer: 'a/s/worker', seq: 1, outcome: 'ok' },
    ];
    for (const events of [[], ...single.map((event) => [event])]) {
      for (const workload of ['p', 'c', 'nobody']) expect(measure(events, workload).longestMs).toBeNull();
    }
  });

  it('is a history that does not tell when the workload was running', () => {
    const events = [...steadily(0, 100), delivered(50, 1), delivered(51, 2)];
    for (const workload of ['p', 'c']) expect(measure(events, workload).longestMs).toBeNull();
  });

  it('is a single operation of a workload that wanted no more', () => {
    const events = [mark(0, 'started'), sent(0), mark(9000, 'stopped')];
    expect(measure(events, 'p', undefined, { count: 1 }).longestMs).toBeNull();
    expect(measure(events).longestMs).toBe(8990);
  });
});

const chance = fc.record({
  ok: fc.boolean(),
  waits: fc.integer({ min: 1, max: 400 }),
  takes: fc.integer({ min: 0, max: 900 }),
});

it('windows lie apart, in order and within the run, and none holds a success', () => {
  fc.assert(
    fc.property(fc.array(chance, { minLength: 2, maxLength: 60 }), (chances) => {
      let t = 0;
      const events = chances.map(({ ok, waits, takes }) => {
        t += waits;
        return ok ? sent(t, { latencyMs: takes, seq: t }) : lost(sent(t));
      });
      const end = t + 1000;
      const history = historyOf([mark(0, 'started'), ...events, mark(end, 'stopped')], WORKLOADS);
      const availability = availabilityOf('p', history);
      const windows: { from: number; to: number }[] = [];
      availability({
        operation: () => undefined,
        window: (from, to) => void windows.push({ from, to }),
      });
      const successes = events.flatMap((event) =>
        event.outcome === 'ok' ? [event.t + (event.latencyMs ?? 0)] : [],
      );
      for (const [at, { from, to }] of windows.entries()) {
        expect(from).toBeLessThan(to);
        expect(from).toBeGreaterThanOrEqual(windows[at - 1]?.to ?? 0);
        expect(to).toBeLessThanOrEqual(end);
        expect(successes.some((success) => success > from && success < to)).toBe(false);
      }
      const { longestMs, totalMs } = unavailabilityIn(availability);
      expect(longestMs ?? 0).toBeLessThanOrEqual(end);
      expect(totalMs).toBeLessThanOrEqual(end);
    }),
  );
});
