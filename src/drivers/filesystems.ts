import type { Bytes } from '../support/units.ts';

/** Power over filesystems that hold one node's store each, and nothing else. */
export interface Filesystems {
  /** What shows from outside, a write included. */
  look(node: string): Promise<FilesystemState>;
  /** Shuts the filesystems of nodes down at one moment: what was not synced until then is lost. */
  cutPower(nodes: readonly string[]): Promise<void>;
  /** Mounts a filesystem that was shut down again, with what had been synced; harmless for one that works. */
  restorePower(node: string): Promise<void>;
}

export interface FilesystemState {
  mounted: boolean;
  /** `ok`, or the error of the operating system that a small write to it gave: `EIO`, `ENOSPC`. */
  write: string;
  sizeBytes: Bytes;
  freeBytes: Bytes;
  /** What became of a file that was written and not synced just before the power was last cut; null before that. */
  unsynced: 'lost' | 'kept' | null;
}
