import type { Bytes, Milliseconds, PerSecond, Ratio } from '../../support/units.ts';

/** Controls filesystems that each hold the store of one node, and nothing else. */
export interface Filesystems {
  /** Observes the filesystem from outside, by a write too. */
  observe(node: string): Promise<FilesystemState>;
  /** Shuts down the filesystems of nodes at the same moment: data that was not synced is lost. */
  cutPower(nodes: readonly string[]): Promise<void>;
  /** Mounts a filesystem again after a shutdown, with the data that was synced; harmless for one that works. */
  restorePower(node: string): Promise<void>;
  /** Makes a filler file, so large that this share of the filesystem is in use. */
  fill(node: string, to: Ratio): Promise<void>;
  /** Removes the filler file; harmless when there is none. */
  release(node: string): Promise<void>;
  /** Limits how fast a filesystem can be written to. */
  slow(node: string, limits: WriteLimits): Promise<void>;
  /** Removes these limits; harmless when there are none. */
  unslow(node: string): Promise<void>;
  /** The limits that the operating system reports, and how long such a trial takes now. */
  tryWriting(node: string, trial: WriteTrial): Promise<{ limits: WriteLimits; tookMs: Milliseconds }>;
}

export interface FilesystemState {
  mounted: boolean;
  /** `ok`, or the error that the operating system gave for a small write: `EIO`, `ENOSPC`. */
  write: string;
  sizeBytes: Bytes;
  freeBytes: Bytes;
  /** The fate of a file that was written but not synced just before the last power cut; null without a cut. */
  unsynced: 'lost' | 'kept' | null;
  /** Size of the filler file. */
  fillerBytes: Bytes;
}

/** How fast a filesystem can be written to; left out: no limit. */
export interface WriteLimits {
  bytesPerSecond?: Bytes;
  writesPerSecond?: PerSecond;
}

/** Some writes of equal size, each synced to disk. */
export interface WriteTrial {
  writes: number;
  sizeBytes: Bytes;
}
