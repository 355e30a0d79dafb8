import { shareOf } from './random.ts';
import type { Bytes } from './units.ts';

/** How large messages are: all alike, or spread in one of three ways. */
export type MessageSize =
  | Bytes
  | { min: Bytes; max: Bytes; mean?: Bytes; deviation?: Bytes; seed: number }
  | { choices: readonly Bytes[]; seed: number };

export interface Sizes {
  smallest: Bytes;
  largest: Bytes;
  /** Of message `n`: always the same for one seed. */
  of: (n: number) => Bytes;
}

export function sizesOf(size: MessageSize): Sizes {
  if (typeof size === 'number') return { smallest: size, largest: size, of: () => size };
  if ('choices' in size) {
    const { choices, seed } = size;
    return {
      smallest: Math.min(...choices),
      largest: Math.max(...choices),
      of: (n) => choices[Math.floor(shareOf(n, seed) * choices.length)] as Bytes,
    };
  }
  const { min, max, seed } = size;
  const within = (value: number): Bytes => Math.min(max, Math.max(min, Math.round(value)));
  const mean = size.mean ?? (min + max) / 2;
  const { deviation } = size;
  return {
    smallest: min,
    largest: max,
    of:
      deviation === undefined
        ? (n) => min + Math.floor(shareOf(n, seed) * (max - min + 1))
        : (n) => within(mean + deviation * normal(shareOf(n, seed), shareOf(n, ~seed))),
  };
}

/** Two even shares to a normal one, of mean 0 and deviation 1. */
function normal(a: number, b: number): number {
  return Math.sqrt(-2 * Math.log(1 - a)) * Math.cos(2 * Math.PI * b);
}
