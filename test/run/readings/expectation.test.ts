import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conditionText, evaluate, holdsNow } from '../../../src/run/readings/expectation.ts';
import type { Condition } from '../../../src/probes/condition.ts';
import type { Sample } from '../../../src/history/record.ts';

const values = (...list: number[]): Sample[] => list.map((value, i) => ({ t: i * 1000, value }));
const states = (...list: string[]): Sample[] => list.map((state, i) => ({ t: i * 1000, state }));
const judge = (condition: Condition, samples: Sample[], window = { start: 0, end: 60_000 }) =>
  evaluate({ probe: 'p', condition }, samples, window);

describe('a condition over a phase', () => {
  it.each<[string, Condition, Sample[], string]>([
    ['max holds', { max: 5 }, values(1, 5, 3), 'met'],
    ['max broken once', { max: 5 }, values(1, 6, 3), 'violated'],
    ['min broken once', { min: 2 }, values(2, 1), 'violated'],
    ['equals', { equals: 7 }, values(7, 7), 'met'],
    ['equals broken', { equals: 7 }, values(7, 8), 'violated'],
    ['is', { is: 'connected' }, states('connected', 'connected'), 'met'],
    ['is broken', { is: 'connected' }, states('connected', 'disconnected'), 'violated'],
    ['advances', { advances: true }, values(1, 1, 2), 'met'],
    ['advances but stayed', { advances: true }, values(2, 2, 2), 'violated'],
    ['advances but fell on the way', { advances: true }, values(1, 3, 2, 4), 'violated'],
    ['stands still', { advances: false }, values(4, 4, 4), 'met'],
    ['does not stand still, even when it comes back', { advances: false }, values(4, 5, 4), 'violated'],
    ['grows with dips', { grows: true }, values(1, 5, 3), 'met'],
    ['does not grow', { grows: true }, values(3, 5, 3), 'violated'],
    ['must not grow', { grows: false }, values(3, 5, 3), 'met'],
    ['must not grow, but did', { grows: false }, values(3, 4), 'violated'],
    ['grows by enough', { growsAtLeast: 5 }, values(1, 9, 6), 'met'],
    ['grows by too little', { growsAtLeast: 5 }, values(1, 9, 5), 'violated'],
    ['grows by no more than it may', { growsAtMost: 5 }, values(10, 15, 2), 'met'],
    ['grows by too much on the way', { growsAtMost: 5 }, values(10, 16, 10), 'violated'],
    ['grows between two limits', { growsAtLeast: 2, growsAtMost: 5 }, values(1, 4), 'met'],
  ])('%s', (_name, condition, samples, outcome) => {
    expect(judge(condition, samples).outcome).toBe(outcome);
  });

  it('is unread, never met, without a reading that counts', () => {
    expect(judge({ max: 5 }, []).outcome).toBe('unread');
    expect(judge({ max: 5 }, [{ t: 1, error: 'no answer' }])).toMatchObject({
      outcome: 'unread',
      statement: '0 readings where at least 1 are needed: no answer',
    });
    expect(judge({ advances: false }, values(1)).outcome).toBe('unread');
    expect(judge({ growsAtMost: 9 }, values(1)).outcome).toBe('unread');
  });

  it('leaves out what was read before `after`', () => {
    const samples = values(1, 2, 9, 9, 9);
    expect(judge({ advances: false }, samples).outcome).toBe('violated');
    expect(judge({ advances: false, after: 2000 }, samples).outcome).toBe('met');
    expect(judge({ equals: 9, after: 10_000 }, samples).outcome).toBe('unread');
  });

  it('gives `within` time to become true, and holds it to that from then on', () => {
    const late = states('connected', 'connected', 'disconnected', 'disconnected');
    expect(judge({ is: 'disconnected' }, late).outcome).toBe('violated');
    expect(judge({ is: 'disconnected', within: 2000 }, late).outcome).toBe('met');
    expect(judge({ is: 'disconnected', within: 1500 }, late).outcome).toBe('violated');
    const relapse = states('disconnected', 'disconnected', 'connected');
    expect(judge({ is: 'disconnected', within: 500 }, relapse)).toMatchObject({
      outcome: 'violated',
      t: 2000,
    });
  });

  it('says which reading broke it, and when', () => {
    expect(judge({ max: 5 }, values(1, 6, 3))).toMatchObject({
      t: 1000,
      statement: '6 at 1 s into the phase',
    });
  });

  it('says by how much it grew', () => {
    expect(judge({ growsAtLeast: 9 }, values(1, 4)).statement).toBe('it went from 1 to 4, by 3');
    expect(judge({ growsAtMost: 2 }, values(1, 4)).statement).toBe('it grew from 1 to 4, by 3');
  });

  it('ignores what lies outside the phase', () => {
    expect(judge({ max: 5 }, values(9, 1, 1, 9), { start: 1000, end: 2000 }).outcome).toBe('met');
  });

  it('never calls a bound met that any reading breaks', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1 }),
        fc.integer(),
        (list, max) => {
          const outcome = judge({ max }, values(...list)).outcome;
          expect(outcome === 'met').toBe(list.every((value) => value <= max));
        },
      ),
    );
  });
});

describe('a condition just now', () => {
  it('goes by the newest reading', () => {
    expect(holdsNow({ max: 5 }, values(9, 5), 0)).toBe(true);
    expect(holdsNow({ max: 5 }, values(1, 9), 0)).toBe(false);
  });
  it('does not hold when the newest reading failed, or is from before', () => {
    expect(holdsNow({ max: 5 }, [...values(1), { t: 1000, error: 'gone' }], 0)).toBe(false);
    expect(holdsNow({ max: 5 }, values(1), 500)).toBe(false);
  });
  it('needs two readings for a trend', () => {
    expect(holdsNow({ advances: true }, values(1), 0)).toBe(false);
    expect(holdsNow({ advances: true }, values(1, 2), 0)).toBe(true);
  });
});

it('puts a condition into words', () => {
  expect(conditionText({ max: 100, within: 10_000 })).toBe('max 100, within 10 s');
  expect(conditionText({ advances: true, after: 2000 })).toBe('advances, after 2 s');
  expect(conditionText({ advances: false })).toBe('advances false');
});

describe('a condition on several numbers that are read at once', () => {
  const several = (...list: Record<string, number>[]): Sample[] =>
    list.map((named, i) => ({ t: i * 1000, value: Math.min(...Object.values(named)), values: named }));

  it.each<[string, Condition, Sample[], string]>([
    ['each of them holds', { max: 5 }, several({ a: 1, b: 5 }, { a: 2, b: 4 }), 'met'],
    ['one of them breaks it', { max: 5 }, several({ a: 1, b: 5 }, { a: 1, b: 6 }), 'violated'],
    [
      'one rises, the other does not',
      { advances: true },
      several({ a: 1, b: 2 }, { a: 2, b: 2 }),
      'violated',
    ],
    ['one is there once, and has no trend', { grows: true }, several({ a: 1 }, { a: 2, b: 1 }), 'unread'],
    [
      'a broken one is worse than an unread one',
      { grows: true },
      several({ a: 2 }, { a: 1, b: 1 }),
      'violated',
    ],
    ['another one at each reading', { grows: true }, several({ a: 1 }, { b: 2 }, { c: 3 }), 'unread'],
  ])('%s', (_, condition, samples, outcome) => {
    expect(judge(condition, samples).outcome).toBe(outcome);
  });

  it('names the one that decided', () => {
    expect(judge({ max: 5 }, several({ a: 1, b: 6 })).statement).toMatch(/^b: 6 at/);
  });

  it('holds now only where none has vanished and each holds', () => {
    expect(holdsNow({ min: 1 }, several({ a: 1, b: 1 }, { a: 1, b: 1 }), 0)).toBe(true);
    expect(holdsNow({ min: 1 }, several({ a: 1, b: 1 }, { a: 1, b: 0 }), 0)).toBe(false);
    expect(holdsNow({ min: 1 }, several({ a: 1, b: 1 }, { a: 1 }), 0)).toBe(false);
    expect(holdsNow({ min: 1 }, several({ a: 1, b: 1 }, { a: 1 }), 1000)).toBe(true);
    expect(holdsNow({ min: 1 }, [...several({ a: 1 }), { t: 1000, error: 'no answer' }], 0)).toBe(false);
  });
});
