import type { Bytes, Milliseconds, PerSecond, Ratio } from '../support/units.ts';

/** Power over filesystems that hold one node's store each, and nothing else. */
export interface Filesystems {
  /** What shows from outside, a write included. */
  look(node: string): Promise<FilesystemState>;
  /** Shuts the filesystems of nodes down at one moment: what was not synced until then is lost. */
  cutPower(nodes: readonly string[]): Promise<void>;
  /** Mounts a filesystem that was shut down again, with what had been synced; harmless for one that works. */
  restorePower(node: string): Promise<void>;
  /** Makes a file that takes what is free, until so much of the filesystem is in use. */
  fill(node: string, to: Ratio): Promise<void>;
  /** Removes that file; harmless when there is none. */
  release(node: string): Promise<void>;
  /** Lets a filesystem be written to no faster than this. */
  slow(node: string, limits: WriteLimits): Promise<void>;
  /** Takes every such limit away; harmless when there is none. */
  unslow(node: string): Promise<void>;
  /** The limits as the operating system has them, and how long such a trial takes now. */
  tryWriting(node: string, trial: WriteTrial): Promise<{ limits: WriteLimits; tookMs: Milliseconds }>;
}

export interface FilesystemState {
  mounted: boolean;
  /** `ok`, or the error of the operating system that a small write to it gave: `EIO`, `ENOSPC`. */
  write: string;
  sizeBytes: Bytes;
  freeBytes: Bytes;
  /** What became of a file that was written and not synced just before the power was last cut; null before that. */
  unsynced: 'lost' | 'kept' | null;
  /** What the file takes that was made to fill it. */
  ballastBytes: Bytes;
}

/** How fast a filesystem can be written to at most; left out: without a limit. */
export interface WriteLimits {
  bytesPerSecond?: Bytes;
  writesPerSecond?: PerSecond;
}

/** Some writes of equal size, each synced to disk. */
export interface WriteTrial {
  writes: number;
  sizeBytes: Bytes;
}
