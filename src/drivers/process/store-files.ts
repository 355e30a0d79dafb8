import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { StoreFile, StorePlace } from '../disk.ts';

/** How JetStream names what it keeps: by the account of the stream, and the system account for raft. */
export interface StoreAccounts {
  account: string;
  systemAccount: string;
}

/** The files that a place means, in a server's store folder, sorted by path. */
export function storeFiles(store: string, place: StorePlace, accounts: StoreAccounts): StoreFile[] {
  const where = folderOf(place, accounts);
  if (where === null) return [];
  return filesIn(join(store, where.folder))
    .filter((name) => where.holds.test(name))
    .map((name) => {
      const path = `${where.folder}/${name}`;
      return { path, sizeBytes: statSync(join(store, path)).size };
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

const META_GROUP = '_meta_';
const BLOCK = /^\d+\.blk$/;

function folderOf(
  { role, stream, group }: StorePlace,
  { account, systemAccount }: StoreAccounts,
): { folder: string; holds: RegExp } | null {
  const raft = stream === null ? META_GROUP : group;
  const messages = stream === null ? null : `jetstream/${account}/streams/${nameOf(stream)}/msgs`;
  const log = raft === null ? null : `jetstream/${systemAccount}/_js_/${raft}`;
  switch (role) {
    case 'blocks':
      return messages === null ? null : { folder: messages, holds: BLOCK };
    case 'index':
      return messages === null ? null : { folder: messages, holds: /^index\.db$/ };
    case 'snapshots':
      return log === null ? null : { folder: `${log}/snapshots`, holds: /^snap\./ };
    case 'raft':
      return log === null ? null : { folder: `${log}/msgs`, holds: BLOCK };
  }
}

function nameOf(stream: string): string {
  return stream.split('/')[1] ?? stream;
}

/** A store without that folder holds none of its files. */
function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => entry.name);
  } catch {
    return [];
  }
}
