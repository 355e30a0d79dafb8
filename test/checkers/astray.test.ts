import fc from 'fast-check';
import { expect, it } from 'vitest';
import { lookUp } from '../../src/checkers/evidence/astray.ts';
import { sentBy } from '../../src/checkers/evidence/sent.ts';
import { StoredWindow } from '../../src/checkers/evidence/stored-window.ts';
import type { HistoryEvent } from '../../src/history/events.ts';
import { columnsOf } from './columns.ts';
import { RUN, STREAM, WORKLOADS } from './history.ts';

/** Sequences with gaps of all sizes, beyond 32 bits too; each message is named by one of two publishers, or was lost. */
const stream = fc.array(
  fc.record({
    gap: fc.oneof(
      { arbitrary: fc.constant(1), weight: 8 },
      fc.integer({ min: 1, max: 40 }),
      fc.constant(2 ** 33),
    ),
    publisher: fc.constantFrom('p1', 'p2'),
    named: fc.constantFrom('here', 'here', 'here', 'elsewhere', 'nowhere', 'foreign'),
    late: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 60 })),
  }),
  { maxLength: 120 },
);

it('looks up each acknowledged message at its sequence, however far behind others it comes', () => {
  fc.assert(
    fc.property(
      stream,
      fc.constantFrom(2, 4, 16, 1024),
      fc.constantFrom(1, 5, 1000),
      (messages, width, size) => {
        const held = new Map<number, string | null>();
        const publishes: { at: number; event: HistoryEvent; seq: number; id: string }[] = [];
        const counts: Record<string, number> = { p1: 0, p2: 0 };
        let seq = 0;
        for (const [at, { gap, publisher, named, late }] of messages.entries()) {
          seq += gap;
          const n = (counts[publisher] = (counts[publisher] ?? 0) + 1);
          const id = `${RUN}/${publisher}/${n}`;
          if (named !== 'nowhere')
            held.set(seq, named === 'foreign' ? null : named === 'here' ? id : `${RUN}/p1/9999`);
          const event: HistoryEvent = {
            ...{ type: 'publish', t: at, workload: publisher, stream: STREAM, n, id },
            ...{ outcome: 'ok', seq, latencyMs: 1, attempts: 1 },
          };
          publishes.push({ at: at + late, event, seq, id });
        }
        publishes.sort((a, b) => a.at - b.at);
        const stored = [...held].map(([at, id]): HistoryEvent => {
          return { type: 'stored', stream: STREAM, seq: at, subject: 's', id, digest: '' };
        });
        const events = [...publishes.map(({ event }) => event), ...stored];
        const history = columnsOf(events, WORKLOADS, { size, late: 1 });
        const seen: number[] = [];
        const window = new StoredWindow(
          history.stored(STREAM),
          (rows, from, to) => seen.push(...rows.seq.slice(from, to)),
          width,
        );
        const sent = ['p1', 'p2'].map((workload) => sentBy(history, workload));
        const astray = lookUp(history, sent, window, STREAM);
        expect(seen).toEqual([...held.keys()]);
        for (const { event, seq: at, id } of publishes) {
          if (event.type !== 'publish') continue;
          const { messages: lost, occupied, instead } = astray.get(event.workload)!;
          expect(lost.has(event.n), id).toBe(held.get(at) !== id);
          const isOccupied = held.has(at) && held.get(at) !== id;
          expect(occupied.has(event.n), id).toBe(isOccupied);
          if (isOccupied)
            expect(history.identity(instead.get(at)!.by, instead.get(at)!.n)).toBe(held.get(at));
        }
      },
    ),
  );
});

it('does not take a stream for read whose messages are in another order than their sequences', () => {
  const stored = [2, 1].map((seq): HistoryEvent => {
    return { type: 'stored', stream: STREAM, seq, subject: 's', id: null, digest: '' };
  });
  const history = columnsOf(stored, WORKLOADS, { size: 10, late: 1 });
  const window = new StoredWindow(history.stored(STREAM), () => undefined);
  expect(() => lookUp(history, [], window, STREAM)).toThrow(/not read back in the order of its sequences/);
});
