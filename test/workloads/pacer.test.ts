import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Pacer } from '../../src/workloads/pacer.ts';

test('late timers do not add up: over any second as many are due as the rate says', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20_000 }),
      fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 40 }),
      (rate, waits) => {
        const pacer = new Pacer(rate);
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
      const pacer = new Pacer(rate);
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
  const pacer = new Pacer(100);
  pacer.restart(0);
  expect(pacer.due(60_000)).toBe(100);
  for (let at = 0; at < 100; at += 1) pacer.take();
  expect(pacer.due(60_000)).toBe(0);
  expect(pacer.due(60_100)).toBe(10);
});

test('a slow rate is owed one message after a gap, not none', () => {
  const pacer = new Pacer(0.1);
  pacer.restart(0);
  expect(pacer.due(0)).toBe(1);
  pacer.take();
  expect(pacer.due(9_000)).toBe(0);
  expect(pacer.due(100_000)).toBe(1);
});

test('an interval of nothing means as fast as there is room', () => {
  const pacer = new Pacer(Infinity);
  pacer.restart(0);
  expect(pacer.due(0)).toBe(Infinity);
  expect(pacer.nextInMs(5)).toBe(0);
});
