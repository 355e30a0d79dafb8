import { expect, test } from 'vitest';
import { Fates } from '../../../src/workloads/consume/fates.ts';
import type { ConsumeOptions } from '../../../src/workloads/consume/options.ts';

const MESSAGES = 20_000;

test('shares of messages meet with a mishap, the same ones for one seed, and only at their first delivery', () => {
  const mishaps = { nak: 0.1, term: 0.02, crash: 0.005, nakDelay: 0 };
  const fates = new Fates(options({ mishaps }), 7, 'consume');
  const drawn = draw(fates);
  for (const [kind, share] of Object.entries({ nak: 0.1, term: 0.02, crash: 0.005 }))
    expect(Math.abs(drawn.filter((one) => one === kind).length / MESSAGES - share)).toBeLessThan(0.01);
  expect(draw(new Fates(options({ mishaps }), 7, 'consume'))).toEqual(drawn);
  expect(draw(new Fates(options({ mishaps }), 8, 'consume'))).not.toEqual(drawn);
  expect(draw(new Fates(options({ mishaps }), 7, 'other'))).not.toEqual(drawn);
  expect(draw(fates, 2).every((one) => one === undefined)).toBe(true);
});

test('without mishaps every message is acknowledged', () => {
  expect(draw(new Fates(options({}), 7, 'consume')).every((one) => one === undefined)).toBe(true);
});

test('times of work are evenly spread, and one time is the same for all', () => {
  const spread = new Fates(options({ processing: { min: 5, max: 50 } }), 7, 'consume');
  const times = Array.from({ length: MESSAGES }, (_, at) => spread.workMs(at + 1));
  expect(Math.min(...times)).toBeGreaterThanOrEqual(5);
  expect(Math.max(...times)).toBeLessThan(50);
  expect(times.reduce((sum, ms) => sum + ms, 0) / MESSAGES).toBeCloseTo(27.5, 0);
  expect(new Fates(options({ processing: 3 }), 7, 'consume').workMs(1)).toBe(3);
});

function draw(fates: Fates, deliveries = 1) {
  return Array.from({ length: MESSAGES }, (_, at) => fates.of(at + 1, deliveries));
}

function options(some: Partial<ConsumeOptions>): ConsumeOptions {
  return { processing: 0, ...some } as ConsumeOptions;
}
