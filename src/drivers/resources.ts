import type { Bytes, Milliseconds, Ratio } from '../support/units.ts';

/** Power over how much of the machine the process of a node may use. */
export interface Resources extends CpuLimit, MemoryLimit {}

export interface CpuLimit {
  /** @param share of one CPU: 0.5 is half of it */
  limitCpu(node: string, share: Ratio): Promise<void>;
  /** Takes the limit away; harmless when there is none. */
  unlimitCpu(node: string): Promise<void>;
  cpu(node: string): Promise<CpuState>;
}

export interface MemoryLimit {
  limitMemory(node: string, sizeBytes: Bytes): Promise<void>;
  /** Takes the limit away; harmless when there is none. */
  unlimitMemory(node: string): Promise<void>;
  memory(node: string): Promise<MemoryState>;
}

/** As the operating system tells it of a node's process. */
export interface CpuState {
  /** The share of one CPU that it may use; null without a limit, or without a process. */
  limit: Ratio | null;
  /** How often it was made to wait under that limit. */
  throttled: number;
  /** CPU time that it has used since it started; 0 without a process. */
  usedMs: Milliseconds;
}

/** As the operating system tells it of the control group that a node's process is in. */
export interface MemoryState {
  limitBytes: Bytes | null;
  /** What counts against a limit: the server's own memory, and what it has of its files in memory. */
  usedBytes: Bytes;
  /** The part of it that the kernel cannot take back: all but files. */
  ownBytes: Bytes;
  /** Rises whenever the kernel had to take something back because there was no more to have. */
  reached: number;
  /** How often the kernel has killed the server because that was not enough. */
  killed: number;
}
