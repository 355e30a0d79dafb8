import type { StorePlace } from '../disk.ts';

/** How JetStream names what it keeps: by the account of the stream, and the system account for raft. */
export interface StoreAccounts {
  account: string;
  systemAccount: string;
}

const META_GROUP = '_meta_';
const BLOCK = /^\d+\.blk$/;

/** The folder of a store that holds what a place means, and the names of its files there; null when none does. */
export function placeInStore(
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
