import type { Bytes } from '../../support/units.ts';

/** Reads and damages what servers keep on disk. Paths are relative to the node's store, with `/`. */
export interface Disk {
  /** The store files of one role on a node, sorted by path; empty when it holds none. */
  files(node: string, place: StorePlace): Promise<StoreFile[]>;
  /** SHA-256 of a store file, in hex; null when there is no such file. */
  checksum(node: string, path: string): Promise<string | null>;
  /**
   * Damages one file, and reads it before and after.
   *
   * @throws ChaosError unless the node is down: a running server would overwrite the damage
   */
  damage(node: string, path: string, damage: Damage, mark: string): Promise<void>;
  /** Copies a node's whole store. @throws ChaosError while the node runs */
  copyStore(node: string, mark: string): Promise<StoreTotal>;
  /** Whether a copy with that mark still exists. */
  hasCopy(node: string, mark: string): boolean;
  /**
   * Replaces the node's store by a copy; the copy no longer exists afterwards.
   *
   * @throws ChaosError unless the node is down and there is a copy
   */
  putBack(node: string, mark: string): Promise<StoreTotal>;
  /** Removes everything in a node's store. @returns what is in it now @throws ChaosError unless the node is down */
  wipeStore(node: string): Promise<StoreTotal>;
  /** What was done to a node's store under a mark, in order, with the checksums of that moment. */
  events(node: string, mark: string): StoreEvent[];
}

/** What a store file is for: a stream's messages, their index, or the snapshots or the log of a raft group. */
export type StoreRole = 'blocks' | 'index' | 'snapshots' | 'raft';

/** Selects files of a store. */
export interface StorePlace {
  role: StoreRole;
  /** `cluster/stream`; null for the meta group. */
  stream: string | null;
  /** Raft group, as servers name it; null for a stream without one. */
  group: string | null;
}

export interface StoreFile {
  path: string;
  sizeBytes: Bytes;
}

export type Damage =
  | { kind: 'truncate'; toBytes: Bytes }
  /** `bit` counts from 0, the least significant bit. */
  | { kind: 'flip'; bits: { offset: number; bit: number }[] }
  | { kind: 'delete' };

/** A whole store in three figures; `sha256` covers every path and content. */
export interface StoreTotal {
  files: number;
  sizeBytes: Bytes;
  sha256: string;
}

export type StoreEvent =
  | {
      op: 'damaged';
      path: string;
      damage: Damage;
      sizeBytes: Bytes;
      /** SHA-256 just before and just after, read from the disk; null for a deleted file. */
      before: string | null;
      after: string | null;
    }
  | ({ op: 'copied' | 'put-back' } & StoreTotal);
