import type { Bytes } from '../support/units.ts';

/** Power over what servers keep on disk. Paths are relative to the node's store, with `/`. */
export interface Disk {
  /** The store files of one role on a node, sorted by path; empty when it holds none. */
  files(node: string, place: StorePlace): Promise<StoreFile[]>;
  /** SHA-256 of a store file, in hex; null when it is not there. */
  checksum(node: string, path: string): Promise<string | null>;
  /**
   * Damages one file, and reads it before and afterwards.
   *
   * @throws ChaosError while the node is not down: it would write over the damage
   */
  damage(node: string, path: string, damage: Damage, mark: string): Promise<void>;
  /** Copies a node's whole store aside. @throws ChaosError while the node runs */
  copyStore(node: string, mark: string): Promise<StoreTotal>;
  /** Whether a copy of that mark is still set aside. */
  hasCopy(node: string, mark: string): boolean;
  /**
   * Makes a copy the node's store; the copy is used up by that.
   *
   * @throws ChaosError while the node is not down, or without a copy
   */
  putBack(node: string, mark: string): Promise<StoreTotal>;
  /** What was done to a node's store under a mark, first to last, each with the checksums of its moment. */
  events(node: string, mark: string): StoreEvent[];
}

/**
 * What a store file is for: a stream's messages, the index over them, or the snapshots and the log of a raft group.
 */
export type StoreRole = 'blocks' | 'index' | 'snapshots' | 'raft';

/** Which files are meant. */
export interface StorePlace {
  role: StoreRole;
  /** `cluster/stream`; null where the meta group is meant. */
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
  /** `bit` counts from 0, the least significant. */
  | { kind: 'flip'; bits: { offset: number; bit: number }[] }
  | { kind: 'delete' };

/** A whole store in three figures; `sha256` is over every path and content. */
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
      /** SHA-256 just before and just after, read from the disk; null for a file that is gone. */
      before: string | null;
      after: string | null;
    }
  | ({ op: 'copied' | 'put-back' } & StoreTotal);
