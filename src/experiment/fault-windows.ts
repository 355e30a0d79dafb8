import type { Milliseconds } from '../support/units.ts';
import { durationOf, field } from './lenient.ts';

/** When a fault is in force by the clock of its phase; the end is not part of it. */
export interface Window {
  from: Milliseconds;
  to: Milliseconds;
}

/** Strikes beyond these have neighbours that have been looked at. */
const MOST_STRIKES = 50;

/** When a fault is in force in its phase, if all goes by the clock; one that is kept has no end. */
export function windowsOf(fault: unknown, phase: unknown): Window[] {
  const end = durationOf(field(phase, 'for')) ?? durationOf(field(phase, 'within')) ?? Infinity;
  const first = durationOf(field(fault, 'after')) ?? 0;
  const lasts = field(fault, 'keep') === true ? undefined : durationOf(field(fault, 'for'));
  const every = lasts === undefined ? undefined : durationOf(field(fault, 'every'));
  const windows: Window[] = [{ from: first, to: first + (lasts ?? Infinity) }];
  if (lasts === undefined || every === undefined || every <= 0) return windows;
  for (let from = first + every; from < end && windows.length < MOST_STRIKES; from += every) {
    windows.push({ from, to: from + lasts });
  }
  return windows;
}
