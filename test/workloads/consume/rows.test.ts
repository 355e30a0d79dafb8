import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DeliveryLog } from '../../../src/history/delivery-log.ts';
import type { DeliveryStatus } from '../../../src/history/events.ts';
import { MemoryTable } from '../../../src/history/tables/memory-table.ts';
import { DELIVERIES } from '../../../src/history/tables/table.ts';
import { DeliveryRows } from '../../../src/workloads/consume/rows.ts';
import { CAPACITY, Slots } from '../../../src/workloads/consume/slots.ts';

type Step = 'arrive' | 'confirm' | 'fail' | 'leave' | 'write';

test('each delivery has one row in its place, and a later one where its outcome took long', () => {
  const step = fc.record({
    step: fc.constantFrom<Step>('arrive', 'arrive', 'confirm', 'fail', 'leave', 'write'),
    which: fc.nat(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const { slots, rows, written } = make();
      const open: { slot: number; seq: number }[] = [];
      const ends = new Map<number, string>();
      let t = 0;
      for (const { step: kind, which } of steps) {
        t += 1;
        if (kind === 'arrive') {
          const slot = slots.take(t, t, 0, t, 1, 'ack');
          rows.arrived(slot);
          open.push({ slot, seq: t });
        } else if (kind === 'write') rows.writeBefore(t - (which % 20));
        else {
          const [one] = open.splice(which % Math.max(1, open.length), 1);
          if (one === undefined) continue;
          ends.set(one.seq, kind);
          if (kind === 'confirm') rows.ended(one.slot, rows.confirmed, t);
          if (kind === 'fail') rows.ended(one.slot, rows.ending('failed', 'why'), t);
          if (kind === 'leave') rows.left(one.slot);
        }
      }
      rows.writeBefore(Infinity);
      const first = written().filter(({ status }) => status.row !== 'later');
      expect(first.map(({ seq }) => seq)).toEqual([...first.map(({ seq }) => seq)].sort((a, b) => a - b));
      expect(new Set(first.map(({ seq }) => seq)).size).toBe(first.length);
      expect(first).toHaveLength(ends.size + open.length);
      const outcomes = new Map(
        written().flatMap(({ seq, status }) => (status.outcome === undefined ? [] : [[seq, status.outcome]])),
      );
      for (const [seq, end] of ends)
        expect(outcomes.get(seq)).toBe({ confirm: 'ok', fail: 'failed' }[end as 'confirm' | 'fail']);
    }),
  );
});

test('slots that wait for a row before theirs are freed when there is no more room', () => {
  const { slots, rows, written } = make();
  for (let n = 1; n <= CAPACITY; n += 1) {
    const slot = slots.take(n, n, 0, n, 1, 'ack');
    rows.arrived(slot);
    if (n > 1) rows.ended(slot, rows.confirmed, n);
  }
  expect(slots.full).toBe(true);
  rows.makeRoom();
  expect(slots.full).toBe(false);
  expect(written()).toHaveLength(CAPACITY);
  expect(written().map(({ seq }) => seq)).toEqual(Array.from({ length: CAPACITY }, (_, at) => at + 1));
});

test('a token stands for one delivery, and for none that has its slot after it', () => {
  const slots = new Slots();
  const first = slots.take(1, 1, 0, 1, 1, 'ack');
  const token = slots.tokenOf(first);
  expect(slots.slotOf(token)).toBe(first);
  slots.release(first);
  expect(slots.take(2, 2, 0, 2, 1, 'ack')).toBe(first);
  expect(slots.slotOf(token)).toBe(-1);
});

function make() {
  const table = new MemoryTable(DELIVERIES);
  const statuses: DeliveryStatus[] = [];
  const log = new DeliveryLog(table, 'c', ({ code, status }) => (statuses[code] = status as DeliveryStatus));
  const slots = new Slots();
  const written = () => {
    const { seq, status, length } = table.rows();
    return Array.from({ length }, (_, at) => ({
      seq: seq[at] ?? 0,
      status: statuses[status[at] ?? 0] ?? { row: 'delivered' as const },
    }));
  };
  return { slots, rows: new DeliveryRows(log, slots), written };
}
