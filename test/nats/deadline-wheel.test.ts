import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DeadlineWheel } from '../../src/nats/deadline-wheel.ts';

let expired: { item: string; at: number }[];
let wheel: DeadlineWheel<string>;

beforeEach(() => {
  vi.useFakeTimers();
  expired = [];
  wheel = new DeadlineWheel((item) => void expired.push({ item, at: performance.now() - start }));
  start = performance.now();
});
afterEach(() => {
  vi.useRealTimers();
});
let start = 0;

test('every item expires once, not before its deadline and at most two ticks after it', () => {
  const deadlines = [0, 1, 9, 10, 11, 250, 999, 5000];
  for (const ms of deadlines) wheel.set(String(ms), ms);
  vi.advanceTimersByTime(10_000);
  expect(expired.map(({ item }) => item)).toEqual(deadlines.map(String));
  for (const { item, at } of expired) {
    expect(at).toBeGreaterThanOrEqual(Number(item));
    expect(at).toBeLessThanOrEqual(Number(item) + 20);
  }
  expect(wheel.size).toBe(0);
});

test('an item taken off, or given a later deadline, does not expire at the first one', () => {
  wheel.set('taken off', 100);
  wheel.set('put off', 100);
  wheel.delete('taken off');
  wheel.set('put off', 300);
  vi.advanceTimersByTime(200);
  expect(expired).toEqual([]);
  vi.advanceTimersByTime(200);
  expect(expired.map(({ item }) => item)).toEqual(['put off']);
});

test('an item set again while it expires comes up again, even when the timer is late', () => {
  const again = new DeadlineWheel<string>((item) => {
    expired.push({ item, at: performance.now() - start });
    if (expired.length < 5) again.set(item, 0);
  });
  again.set('again', 50);
  vi.advanceTimersByTime(1000);
  expect(expired).toHaveLength(5);
});

test('its timer runs only while something is on it', () => {
  wheel.set('one', 50);
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(100);
  expect(vi.getTimerCount()).toBe(0);
  wheel.set('two', 50);
  vi.advanceTimersByTime(100);
  expect(expired.map(({ item }) => item)).toEqual(['one', 'two']);
});
