import type { Milliseconds } from '../../support/units.ts';
import { durationOf, field } from '../source/lenient.ts';

/** A time in which a fault is in force, by the clock of its phase; the end is exclusive. */
export interface Window {
  from: Milliseconds;
  to: Milliseconds;
}

/** Later injections meet the same neighbours as those that have been checked. */
const MOST_INJECTIONS = 50;

/** When a fault is in force in its phase, by the clock alone; a kept fault has no end. */
export function windowsOf(fault: unknown, phase: unknown): Window[] {
  const end = durationOf(field(phase, 'for')) ?? durationOf(field(phase, 'within')) ?? Infinity;
  const first = durationOf(field(fault, 'after')) ?? 0;
  const lasts = field(fault, 'keep') === true ? undefined : durationOf(field(fault, 'for'));
  const every = lasts === undefined ? undefined : durationOf(field(fault, 'every'));
  const windows: Window[] = [{ from: first, to: first + (lasts ?? Infinity) }];
  if (lasts === undefined || every === undefined || every <= 0) return windows;
  for (let from = first + every; from < end && windows.length < MOST_INJECTIONS; from += every) {
    windows.push({ from, to: from + lasts });
  }
  return windows;
}
