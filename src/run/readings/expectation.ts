import type { ExpectationResult, Sample } from '../../history/record.ts';
import type { ExpectationPlan } from '../../plan/plan.ts';
import { isTrend, type Condition } from '../../probes/condition.ts';
import { formatDuration, type Milliseconds } from '../../support/units.ts';
import { byName } from './named-values.ts';

interface Window {
  start: Milliseconds;
  end: Milliseconds;
}

const WORST_FIRST = ['violated', 'unread', 'met'];

/**
 * Judges a condition over the readings of a window: from its start plus `after`, to its end. Readings that failed
 * do not count; a window without a reading is `unread`, never met. Where a probe reads several numbers at once, each of
 * them must satisfy the condition.
 */
export function evaluate(
  expectation: ExpectationPlan,
  samples: readonly Sample[],
  window: Window,
): ExpectationResult {
  const from = window.start + (expectation.condition.after ?? 0);
  const inWindow = samples.filter((s) => s.t >= from && s.t <= window.end);
  const results = byName(inWindow).map(({ name, samples: of }) => {
    const result = evaluateOne(expectation, of, window);
    return name === undefined ? result : { ...result, statement: `${name}: ${result.statement}` };
  });
  results.sort((a, b) => WORST_FIRST.indexOf(a.outcome) - WORST_FIRST.indexOf(b.outcome));
  return results[0] as ExpectationResult;
}

function evaluateOne(
  expectation: ExpectationPlan,
  inWindow: readonly Sample[],
  window: Window,
): ExpectationResult {
  const { condition } = expectation;
  const read = inWindow.filter((s) => s.value !== undefined || s.state !== undefined);
  const base = { probe: expectation.probe, condition: conditionText(condition), readings: read.length };
  const needed = isTrend(condition) ? 2 : 1;
  if (read.length < needed) {
    const reason = inWindow.at(-1)?.error;
    return {
      ...base,
      outcome: 'unread',
      statement: `${read.length} readings where at least ${needed} are needed${reason === undefined ? '' : `: ${reason}`}`,
    };
  }
  const problem = firstProblem(condition, read, window.start);
  if (problem === null) {
    return {
      ...base,
      outcome: 'met',
      statement: `${textOf(read[0])} … ${textOf(read.at(-1))} in ${read.length} readings`,
    };
  }
  return { ...base, outcome: 'violated', statement: problem.text, t: problem.t };
}

/** Whether the condition holds by the newest reading at or after `since`; for a trend, over all of them. */
export function holdsNow(condition: Condition, samples: readonly Sample[], since: Milliseconds): boolean {
  const recent = samples.filter((s) => s.t >= since);
  return byName(recent).every((one) => oneHolds(condition, one.samples));
}

function oneHolds(condition: Condition, recent: readonly Sample[]): boolean {
  const last = recent.at(-1);
  if (last === undefined || (last.value === undefined && last.state === undefined)) return false;
  if (!pointHolds(condition, last)) return false;
  const read = recent.filter((s) => s.value !== undefined);
  return trendProblem(condition, read) === null && (!isTrend(condition) || read.length >= 2);
}

/** `max 100, within 10 s`. */
export function conditionText(condition: Condition): string {
  const { within, after, ...values } = condition;
  const parts = Object.entries(values).map(([name, value]) =>
    value === true ? name : `${name} ${String(value)}`,
  );
  if (within !== undefined) parts.push(`within ${formatDuration(within)}`);
  if (after !== undefined) parts.push(`after ${formatDuration(after)}`);
  return parts.join(', ');
}

interface Problem {
  text: string;
  t: Milliseconds;
}

function firstProblem(condition: Condition, read: readonly Sample[], start: Milliseconds): Problem | null {
  const point =
    condition.within === undefined
      ? read.find((sample) => !pointHolds(condition, sample))
      : lateProblem(condition, read, start + condition.within);
  if (point) {
    return { t: point.t, text: `${textOf(point)} at ${formatDuration(point.t - start)} into the phase` };
  }
  return trendProblem(condition, read);
}

/** With `within`, the first reading counts from which the condition must hold for good. */
function lateProblem(
  condition: Condition,
  read: readonly Sample[],
  deadline: Milliseconds,
): Sample | undefined {
  const first = read.findIndex((sample) => pointHolds(condition, sample));
  if (first === -1) return read.at(-1);
  const start = read[first];
  if (start !== undefined && start.t > deadline) return start;
  return read.slice(first).find((sample) => sample.t > deadline && !pointHolds(condition, sample));
}

function pointHolds(condition: Condition, { value, state }: Sample): boolean {
  if (condition.is !== undefined && state !== condition.is) return false;
  if (condition.min === undefined && condition.max === undefined && condition.equals === undefined)
    return true;
  if (value === undefined) return false;
  return (
    value >= (condition.min ?? -Infinity) &&
    value <= (condition.max ?? Infinity) &&
    value === (condition.equals ?? value)
  );
}

function trendProblem(condition: Condition, read: readonly Sample[]): Problem | null {
  const first = read[0];
  const last = read.at(-1);
  if (!isTrend(condition) || first?.value === undefined || last?.value === undefined) return null;
  if (condition.advances === true) {
    const fall = read.find((sample, i) => i > 0 && (sample.value ?? 0) < (read[i - 1]?.value ?? 0));
    if (fall) return { t: fall.t, text: `it fell to ${textOf(fall)}` };
    if (last.value <= first.value)
      return { t: last.t, text: `it stayed at ${textOf(first)} in ${read.length} readings` };
  }
  if (condition.advances === false) {
    const moved = read.find((sample) => sample.value !== first.value);
    if (moved) return { t: moved.t, text: `it moved from ${textOf(first)} to ${textOf(moved)}` };
  }
  if (condition.grows === true && last.value <= first.value) {
    return { t: last.t, text: `it went from ${textOf(first)} to ${textOf(last)}` };
  }
  if (condition.grows === false && last.value > first.value) {
    return { t: last.t, text: `it grew from ${textOf(first)} to ${textOf(last)}` };
  }
  return growthProblem(condition, first.value, read);
}

function growthProblem(condition: Condition, first: number, read: readonly Sample[]): Problem | null {
  const last = read.at(-1);
  const { growsAtLeast = -Infinity, growsAtMost = Infinity } = condition;
  if (last?.value !== undefined && last.value - first < growsAtLeast) {
    return { t: last.t, text: `it went from ${first} to ${last.value}, by ${last.value - first}` };
  }
  const beyond = read.find(({ value }) => value !== undefined && value - first > growsAtMost);
  if (beyond?.value !== undefined) {
    return { t: beyond.t, text: `it grew from ${first} to ${beyond.value}, by ${beyond.value - first}` };
  }
  return null;
}

function textOf(sample: Sample | undefined): string {
  return sample?.state ?? String(sample?.value ?? 'nothing');
}
