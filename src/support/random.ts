/** Randomness that a seed repeats: the seed is recorded in the report. */
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
 * Randomness of its own for one thing of a run, by its name: what it draws does not depend on what others, at the
 * same time, have drawn before it.
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
