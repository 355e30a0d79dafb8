import type { LinkEffect, LinkControl } from '../../drivers/driver.ts';
import type { Milliseconds } from '../../support/units.ts';
import type { FaultContext, FaultTarget, Proof } from '../fault.ts';
import { directionText, type Direction, type Side } from '../fields.ts';
import { linksBetween } from '../may-touch.ts';
import { observeLinks } from './observe.ts';
import { releaseOf, injectIntoLinks } from './inject.ts';
import { resolveLinks, sideText } from '../targets.ts';

interface Between {
  between: [Side, Side];
  direction?: Direction;
}

/** What faults on the data of links have in common. @param effectOf their effect on each link */
export function shaping<O extends Between>(effectOf: (options: O) => LinkEffect) {
  return {
    requires: ['links'] as const,
    mayTouch: linksBetween,
    resolve: (ctx: FaultContext, { between, direction }: O): Promise<FaultTarget> =>
      Promise.resolve(resolveLinks(ctx, between, direction)),
    undo: releaseOf,
    inject: (ctx: FaultContext, target: FaultTarget, options: O): Promise<void> =>
      injectIntoLinks(ctx, target, effectOf(options)),
  };
}

/** How to observe a fault that makes one operation take longer on every link. */
interface Lengthening<O> {
  /** How long it takes on one link; null without a result. */
  readonly measure: (probe: LinkControl['probe'], link: string, options: O) => Promise<Milliseconds | null>;
  /** By how much longer it takes while the fault is in force. */
  readonly addedMs: (options: O) => Milliseconds;
  /** What was measured, in words. */
  readonly what: (options: O) => string;
}

/** What faults that make one operation take longer also have in common. */
export function lengthening<O extends Between>({ measure, addedMs, what }: Lengthening<O>) {
  return {
    observe: (ctx: FaultContext, target: FaultTarget, options: O): Promise<Timings> =>
      observeLinks(ctx, target.links, async ({ link, control, others }) => ({
        ms: await measure(control.probe, link, options),
        others,
      })),
    vacuous: nothingToShape,
    inForce: (before: Timings, now: Timings, options: O): Proof =>
      compareTimings(before, now, what(options), (was, is) => isLonger(was, is, addedMs(options))),
    removed: (before: Timings, now: Timings, options: O): Proof =>
      compareTimings(before, now, what(options), (was, is) => isBack(was, is, addedMs(options))),
  };
}

export function betweenText({ between, direction }: Between): string {
  return `between ${sideText(between[0])} and ${sideText(between[1])}${directionText(direction ?? 'both')}`;
}

/** What was measured on one link, in ms; null without a result. */
export type Timing = { ms: number | null; others: string[] };
/** Link id → measurement. */
export type Timings = { [link: string]: Timing };

/**
 * Judges links that could be measured before. A link with another fault on it may give no result, but not all links may.
 *
 * @param holds whether a link is as it should be, by its times before and now
 * @param what was measured, in words
 */
export function compareTimings(
  before: Timings,
  now: Timings,
  what: string,
  holds: (was: number, is: number) => boolean,
): Proof {
  const pairs = Object.entries(now).flatMap(([link, { ms: is, others }]) => {
    const was = before[link]?.ms ?? null;
    return was === null || (is === null && others.length > 0) ? [] : [{ was, is }];
  });
  const proven = pairs.length > 0 && pairs.every(({ was, is }) => is !== null && holds(was, is));
  const least = Math.min(...pairs.map(({ is }) => is ?? Infinity));
  const most = Math.max(...pairs.map(({ is }) => is ?? Infinity));
  const mostBefore = Math.max(...pairs.map(({ was }) => was));
  return {
    proven,
    statement:
      pairs.length === 0
        ? `${what}: no link could be measured`
        : `${what} on ${pairs.length} links: ${text(least)} to ${text(most)} (at most ${text(mostBefore)} before)`,
  };
}

/** Whether the added time shows. A busy machine makes things take longer, never shorter, before the fault too. */
export function isLonger(was: number, is: number, addedMs: number): boolean {
  return is >= addedMs * 0.9 && is >= was + addedMs * 0.25;
}

/** Whether the added time is gone: half of it would still show. */
export function isBack(was: number, is: number, addedMs: number): boolean {
  return is < was + Math.max(1, addedMs / 2);
}

/** Why a fault would change nothing, or null. */
export function nothingToShape(before: Timings): string | null {
  return Object.values(before).some(({ ms }) => ms !== null)
    ? null
    : 'no link between the two sides lets anything through';
}

function text(ms: number): string {
  return Number.isFinite(ms) ? `${ms.toFixed(1)} ms` : 'no answer';
}
