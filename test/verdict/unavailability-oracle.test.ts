import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { HistoryEvent, PublishEvent, WorkloadEvent } from '../../src/history/events.ts';
import type { History } from '../../src/history/history.ts';
import { historyOf } from '../../src/history/in-memory.ts';
import { availabilityOf, unavailabilityIn } from '../../src/verdict/unavailability.ts';
import { columnsOf } from '../checkers/columns.ts';
import { historyOf as oldHistoryOf } from '../checkers/oracle/reader.ts';
import {
  availabilityOf as oldAvailabilityOf,
  unavailabilityIn as oldUnavailabilityIn,
} from './oracle/unavailability.ts';

const STREAM = 'a/s';
const CONSUMER = 'a/s/worker';

/** A message every few milliseconds, each with an answer in its time or none, delivered in its time or not at all. */
const message = fc.record({
  waits: fc.integer({ min: 0, max: 300 }),
  takes: fc.integer({ min: 1, max: 900 }),
  by: fc.constantFrom('p', 'q'),
  outcome: fc.constantFrom(
    'ok' as const,
    'ok' as const,
    'ok' as const,
    'failed' as const,
    'unknown' as const,
  ),
  delivered: fc.option(fc.integer({ min: 0, max: 1500 }), { freq: 5 }),
  to: fc.constantFrom('c', 'd'),
  again: fc.option(fc.integer({ min: 1, max: 500 }), { freq: 2 }),
  acked: fc.option(fc.integer({ min: 1, max: 200 }), { freq: 6 }),
  removed: fc.boolean(),
});

const run = fc.record({
  messages: fc.array(message, { maxLength: 60 }),
  marks: fc.array(fc.integer({ min: 0, max: 9000 }), { maxLength: 5 }),
  everyMs: fc.constantFrom(0, 10, 250),
  count: fc.option(fc.integer({ min: 1, max: 20 })),
  isRead: fc.boolean(),
  size: fc.constantFrom(1, 7, 1000),
  scope: fc.option(fc.tuple(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 0, max: 5000 }))),
});

test('windows without a success are those that a whole history in memory gives', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(run, ({ messages, marks, everyMs, count, isRead, size, scope }) => {
      const pace = { everyMs, ...(count === null ? {} : { count }) };
      const facts: History['workloads'] = {
        p: { kind: 'publish', target: STREAM, ...pace },
        q: { kind: 'publish', target: STREAM, everyMs },
        c: { kind: 'consume', target: CONSUMER, ...pace, receivesFrom: ['p', 'q'] },
        d: { kind: 'consume', target: CONSUMER, everyMs, receivesFrom: ['q'] },
      };
      const events = eventsOf(
        messages,
        [...new Set(marks)].sort((a, b) => a - b),
        isRead,
      );
      const within = scope === null ? undefined : { from: scope[0], to: scope[0] + scope[1] };
      const old = oldHistoryOf(events, facts);
      for (const history of [historyOf(events, facts), columnsOf(events, facts, { size, late: 3 })])
        for (const workload of Object.keys(facts))
          expect(unavailabilityIn(availabilityOf(workload, history), within), workload).toEqual(
            oldUnavailabilityIn(oldAvailabilityOf(workload, old), within),
          );
    }),
    { numRuns: 150 },
  );
});

type Message = typeof message extends fc.Arbitrary<infer T> ? T : never;

function eventsOf(messages: readonly Message[], marks: readonly number[], isRead: boolean): HistoryEvent[] {
  const events: (HistoryEvent & { t: number })[] = [];
  const counts = { p: 0, q: 0 };
  const stored: HistoryEvent[] = [];
  let t = 0;
  for (const [
    at,
    { waits, takes, by, outcome, delivered, to, again, acked, removed },
  ] of messages.entries()) {
    t += waits;
    const seq = at + 1;
    const n = ++counts[by];
    const id = `r/${by}/${n}`;
    const publish = { type: 'publish', t, workload: by, stream: STREAM, n, id, attempts: 1 } as const;
    const ended: Partial<PublishEvent> =
      outcome === 'ok' ? { outcome, seq, latencyMs: takes } : { outcome, endedAt: t + takes };
    events.push({ ...publish, outcome, ...ended });
    if (delivered !== null) {
      const of = { workload: to, consumer: CONSUMER, seq };
      const when = t + delivered + at / 1000;
      events.push({ type: 'deliver', t: when, ...of, id, deliveries: 1 });
      if (acked !== null) events.push({ type: 'ack', t: when + acked, ...of, outcome: 'ok' });
      if (again !== null) events.push({ type: 'deliver', t: when + 300 + again, ...of, id, deliveries: 2 });
    }
    if (!removed) stored.push({ type: 'stored', stream: STREAM, seq, subject: 's', id, digest: '' });
  }
  const ran = ['started', 'paused', 'resumed', 'paused', 'stopped'] as const;
  const changes = ['p', 'q', 'c', 'd'].flatMap((workload) =>
    marks.map((at, nth): WorkloadEvent => ({
      type: 'workload',
      t: at,
      workload,
      mark: ran[nth] ?? 'stopped',
    })),
  );
  const audit = { complete: isRead, messages: 0, firstSeq: 1, lastSeq: 0, mayExpire: false };
  return [
    ...changes,
    ...events.sort((a, b) => a.t - b.t),
    ...stored,
    { type: 'stream-audit', stream: STREAM, ...audit },
  ];
}
