import type { Drawable } from '../experiment/resolve/drawable.ts';
import type { Random } from '../support/random.ts';
import { exactDuration } from '../support/units.ts';

/** From this ratio of its ends on, a range is drawn from evenly by magnitude: 64B..1MiB is as often below 8KiB as above. */
const WIDE = 10;

/** A value of a field, as a file has it. */
export function drawValue(drawable: Drawable, random: Random): unknown {
  if ('values' in drawable) return random.pick(drawable.values);
  const { unit, from, to } = drawable;
  if (unit === 'integer') return Math.min(to, from + Math.floor(random.next() * (to - from + 1)));
  const wide = from > 0 && to / from >= WIDE;
  const exact = wide ? from * (to / from) ** random.next() : from + random.next() * (to - from);
  const within = (value: number): number => Math.min(to, Math.max(from, value));
  switch (unit) {
    case 'duration':
      return exactDuration(within(exact < 100 ? Math.round(exact) : Math.round(exact / 10) * 10));
    case 'size':
      return `${within(Math.round(exact))}B`;
    case 'rate':
      return from < 1 ? `${within(exact * 60)}/m` : `${within(Math.round(exact))}/s`;
    case 'percentage':
      return `${Number((within(exact) * 100).toFixed(2))}%`;
  }
}

/** So many different items, those of a greater weight more often. */
export function sampleByWeight<T extends { weight: number }>(
  items: readonly T[],
  count: number,
  random: Random,
): T[] {
  const rest = [...items];
  const chosen: T[] = [];
  while (chosen.length < count && rest.length > 0) {
    const one = pickByWeight(rest, random);
    rest.splice(rest.indexOf(one), 1);
    chosen.push(one);
  }
  return chosen;
}

/** @param items not empty */
export function pickByWeight<T extends { weight: number }>(items: readonly T[], random: Random): T {
  let left = random.next() * items.reduce((sum, { weight }) => sum + weight, 0);
  for (const one of items) {
    left -= one.weight;
    if (left < 0) return one;
  }
  return random.pick(items.slice(-1));
}

/** A whole number from one up to and including the other. */
export function between(from: number, to: number, random: Random): number {
  return from + Math.floor(random.next() * (to - from + 1));
}

/** A drawn value for people: of a list `a – b`. */
export function valueText(value: unknown): string {
  if (Array.isArray(value)) return value.map(valueText).join(' – ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
