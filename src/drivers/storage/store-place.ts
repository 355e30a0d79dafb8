import type { StorePlace } from '../capabilities/disk.ts';
import type { EnvironmentSpec } from '../spec.ts';

/** The accounts in JetStream's paths: the stream's account for messages, and the system account for raft. */
export interface StoreAccounts {
  account: string;
  systemAccount: string;
}

/** The accounts in which the server of a store keeps a stream; null where the meta group is meant. */
export function storeAccounts(spec: EnvironmentSpec | undefined, stream: string | null): StoreAccounts {
  return {
    account: spec?.streams.find(({ address }) => address === stream)?.account ?? '',
    systemAccount: spec?.accounts.find(({ system }) => system)?.name ?? '$SYS',
  };
}

const META_GROUP = '_meta_';
const BLOCK = /^\d+\.blk$/;

/** The folder of a store that a place stands for, and a pattern for its files; null when there is none. */
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
