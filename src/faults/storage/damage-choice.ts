import type { Damage, StoreFile } from '../../drivers/driver.ts';
import type { Random } from '../../support/random.ts';

/** `count` of the files at random, or all of them, sorted by path. */
export function chooseFiles(files: readonly StoreFile[], count: number | 'all', random: Random): StoreFile[] {
  const chosen = count === 'all' ? [...files] : random.sample(files, count);
  return chosen.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Cuts `bytes` off the end of a file, or a random number of bytes. It always gets shorter. */
export function truncation(sizeBytes: number, bytes: number | undefined, random: Random): Damage {
  const toBytes =
    bytes === undefined ? Math.floor(random.next() * sizeBytes) : Math.max(0, sizeBytes - bytes);
  return { kind: 'truncate', toBytes };
}

/** Different random bits of a file, sorted: the same bit flipped twice would be no damage. */
export function bitFlips(sizeBytes: number, count: number, random: Random): Damage {
  const all = sizeBytes * 8;
  const chosen = new Set<number>();
  while (chosen.size < Math.min(count, all)) chosen.add(Math.floor(random.next() * all));
  const bits = [...chosen].sort((a, b) => a - b).map((at) => ({ offset: Math.floor(at / 8), bit: at % 8 }));
  return { kind: 'flip', bits };
}
