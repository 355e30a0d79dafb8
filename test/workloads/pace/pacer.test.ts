import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Pacer } from '../../../src/workloads/pace/pacer.ts';
import { bursts, constantRate, ramp } from '../../../src/workloads/pace/schedule.ts';

test('late timers do not add up: over any second as many are due as the rate says', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20_000 }),
      fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 40 }),
      (rate, waits) => {
        const pacer = new Pacer(constantRate(rate));
        pacer.restart(0);
        let now = 0;
        let sent = 0;
        for (const wait of waits) {
          now += wait;
          for (let due = pacer.due(now); due > 0; due -= 1) {
            pacer.take();
            sent += 1;
          }
          expect(pacer.due(now)).toBe(0);
        }
        expect(Math.abs(sent - ((now * rate) / 1000 + 1))).toBeLessThanOrEqual(1);
      },
    ),
  );
});

test('the time until the next message is the time until one is due', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20_000 }), fc.integer({ min: 1, max: 900 }), (rate, at) => {
      const pacer = new Pacer(constantRate(rate));
      pacer.restart(0);
      for (let due = pacer.due(at); due > 0; due -= 1) pacer.take();
      const wait = pacer.nextInMs(at);
      expect(wait).toBeGreaterThan(0);
      expect(pacer.due(at + wait * 0.99)).toBe(0);
      expect(pacer.due(at + wait + 1e-6)).toBe(1);
    }),
  );
});

test('after a long gap it catches up for one second and lets the rest go', () => {
  const pacer = new Pacer(constantRate(100));
  pacer.restart(0);
  expect(pacer.due(60_000)).toBe(100);
  for (let at = 0; at < 100; at += 1) pacer.take();
  expect(pacer.due(60_000)).toBe(0);
  expect(pacer.due(60_100)).toBe(10);
});

test('a slow rate is owed one message after a gap, not none', () => {
  const pacer = new Pacer(constantRate(0.1));
  pacer.restart(0);
  expect(pacer.due(0)).toBe(1);
  pacer.take();
  expect(pacer.due(9_000)).toBe(0);
  expect(pacer.due(100_000)).toBe(1);
});

test('what is left out after a gap is counted, and the others keep the times at which they were due', () => {
  const pacer = new Pacer(constantRate(100));
  pacer.restart(0);
  pacer.due(60_000);
  expect(pacer.skipped).toBe(5901);
  expect(pacer.nextDueMs).toBe(59_010);
});

test('publishers in turn send together what the schedule says, each its own part', () => {
  const lanes = [0, 1, 2].map((lane) => new Pacer(constantRate(1000), lane, 3));
  const seen: number[] = [];
  for (const pacer of lanes) {
    pacer.restart(0, 0);
    for (let due = pacer.due(100); due > 0; due -= 1) {
      seen.push(pacer.nextDueMs);
      pacer.take();
    }
  }
  expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 101 }, (_, at) => at));
});

test('a ramp sends as many as its rates come to, in the order of time', () => {
  const up = ramp(100, [{ to: 5000, over: 30_000 }]);
  expect(up.countBy(30_000)).toBe(1 + (30 * (100 + 5000)) / 2);
  expect(up.countBy(31_000)).toBe(up.countBy(30_000) + 5000);
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 5000 }),
      fc.array(
        fc.record({ to: fc.integer({ min: 1, max: 9000 }), over: fc.integer({ min: 0, max: 9000 }) }),
        {
          minLength: 1,
          maxLength: 4,
        },
      ),
      fc.integer({ min: 0, max: 50_000 }),
      (from, stages, index) => {
        const schedule = ramp(from, stages);
        const due = schedule.dueMs(index);
        expect(due).toBeGreaterThanOrEqual(schedule.dueMs(Math.max(0, index - 1)));
        expect(schedule.countBy(due + 0.01)).toBeGreaterThan(index);
        expect(schedule.countBy(due - 0.01)).toBeLessThanOrEqual(index + 1);
      },
    ),
  );
});

test('a burst is due at once, and nothing between it and the next', () => {
  const pacer = new Pacer(bursts(500, 5000));
  pacer.restart(0);
  expect(pacer.due(0)).toBe(500);
  for (let at = 0; at < 500; at += 1) pacer.take();
  expect(pacer.due(4999)).toBe(0);
  expect(pacer.nextInMs(4000)).toBe(1000);
  expect(pacer.due(5000)).toBe(500);
});
