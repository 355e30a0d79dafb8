import type { Damage, StoreFile } from '../drivers/driver.ts';
import type { Random } from '../support/random.ts';

/** `count` of the files, or all of them, by chance; in the order of their paths. */
export function chooseFiles(files: readonly StoreFile[], count: number | 'all', random: Random): StoreFile[] {
  const chosen = count === 'all' ? [...files] : random.sample(files, count);
  return chosen.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Where a file ends afterwards: `bytes` before its end, or anywhere in it. It always gets shorter. */
export function truncation(sizeBytes: number, bytes: number | undefined, random: Random): Damage {
  const toBytes =
    bytes === undefined ? Math.floor(random.next() * sizeBytes) : Math.max(0, sizeBytes - bytes);
  return { kind: 'truncate', toBytes };
}

/** Different bits anywhere in a file, in order: the same bit twice would be no damage. */
export function bitFlips(sizeBytes: number, count: number, random: Random): Damage {
  const all = sizeBytes * 8;
  const chosen = new Set<number>();
  while (chosen.size < Math.min(count, all)) chosen.add(Math.floor(random.next() * all));
  const bits = [...chosen].sort((a, b) => a - b).map((at) => ({ offset: Math.floor(at / 8), bit: at % 8 }));
  return { kind: 'flip', bits };
}
