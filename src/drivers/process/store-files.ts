import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { StoreFile, StorePlace } from '../capabilities/disk.ts';
import { placeInStore, type StoreAccounts } from '../storage/store-place.ts';

/** The files that a place stands for, in a server's store folder, sorted by path. */
export function storeFiles(store: string, place: StorePlace, accounts: StoreAccounts): StoreFile[] {
  const where = placeInStore(place, accounts);
  if (where === null) return [];
  return filesIn(join(store, where.folder))
    .filter((name) => where.holds.test(name))
    .map((name) => {
      const path = `${where.folder}/${name}`;
      return { path, sizeBytes: statSync(join(store, path)).size };
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** A missing folder counts as empty. */
function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => entry.name);
  } catch {
    return [];
  }
}
