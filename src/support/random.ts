/** Random numbers that a seed makes repeatable; the seed is recorded in the report. */
export interface Random {
  readonly seed: number;
  /** A number from 0 up to, not including, 1. */
  next(): number;
  /** One item of a list that is not empty. */
  pick<T>(items: readonly T[]): T;
  /** `count` items of the list, in random order. */
  sample<T>(items: readonly T[], count: number): T[];
}

/**
 * Separate random numbers for one part of a run, by its name: its draws do not depend on what other parts have drawn
 * at the same time.
 */
export function randomFor(seed: number, name: string): Random {
  // FNV-1a; its sign does not matter, as the state is unsigned.
  let hash = 0x811c9dc5 ^ seed;
  for (const character of name) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return seededRandom(hash);
}

/** mulberry32: 32 bits of state are plenty for choosing targets, and it is the same on every platform. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const sample = <T>(items: readonly T[], count: number): T[] => {
    const rest = [...items];
    const chosen: T[] = [];
    while (chosen.length < count && rest.length > 0) {
      chosen.push(...rest.splice(Math.floor(next() * rest.length), 1));
    }
    return chosen;
  };
  const pick = <T>(items: readonly T[]): T => {
    const [item] = sample(items, 1);
    if (item === undefined) throw new RangeError('cannot pick from an empty list');
    return item;
  };
  return { seed, next, pick, sample };
}

/** From 0 to less than 1, evenly spread: a hash of the number, so that no message depends on those before it. */
export function shareOf(n: number, seed: number): number {
  let hash = (Math.imul(n, 0x9e3779b1) ^ Math.imul(seed + 1, 0x85ebca6b)) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x21f0aaad);
  hash = Math.imul(hash ^ (hash >>> 15), 0x735a2d97);
  return ((hash ^ (hash >>> 15)) >>> 0) / 2 ** 32;
}
