import type { Bytes, Milliseconds, Ratio } from '../../support/units.ts';

/** Limits how much of the machine the process of a node may use. */
export interface Resources extends CpuLimit, MemoryLimit {}

export interface CpuLimit {
  /** @param share of one CPU: 0.5 is half of it */
  limitCpu(node: string, share: Ratio): Promise<void>;
  /** Removes the limit; harmless when there is none. */
  unlimitCpu(node: string): Promise<void>;
  cpu(node: string): Promise<CpuState>;
}

export interface MemoryLimit {
  limitMemory(node: string, sizeBytes: Bytes): Promise<void>;
  /** Removes the limit; harmless when there is none. */
  unlimitMemory(node: string): Promise<void>;
  memory(node: string): Promise<MemoryState>;
}

/** What the operating system reports of a node's process. */
export interface CpuState {
  /** The share of one CPU that it may use; null when there is no limit or no process. */
  limit: Ratio | null;
  /** How often the limit made it wait. */
  throttled: number;
  /** CPU time used since it started; 0 when there is no process. */
  usedMs: Milliseconds;
}

/** What the operating system reports of the control group of a node's process. */
export interface MemoryState {
  limitBytes: Bytes | null;
  /** What counts against a limit: the server's own memory, and the parts of its files that are in memory. */
  usedBytes: Bytes;
  /** The part that the kernel cannot reclaim: everything except files. */
  ownBytes: Bytes;
  /** Rises whenever the limit made the kernel reclaim memory. */
  reached: number;
  /** How often the kernel has killed the server because reclaiming was not enough. */
  killed: number;
}
