import type { Milliseconds, Ratio } from '../support/units.ts';

/** Power over how much of the machine the process of a node may use. */
export interface Resources {
  /** @param share of one CPU: 0.5 is half of it */
  limitCpu(node: string, share: Ratio): Promise<void>;
  /** Takes the limit away; harmless when there is none. */
  unlimitCpu(node: string): Promise<void>;
  cpu(node: string): Promise<CpuState>;
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
