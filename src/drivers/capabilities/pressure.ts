import type { Bytes, Milliseconds } from '../../support/units.ts';

/** Uses up resources that servers share with other processes of their machine. */
export interface Pressure {
  /** Starts processes under a mark that only use up a resource; they end by themselves after an hour. */
  press(mark: string, load: Load): Promise<void>;
  /** Ends the processes of a mark; harmless when there are none. */
  relieve(mark: string): Promise<void>;
  observe(mark: string): PressureState;
}

/** CPU time, used by as many processes; or memory, used by one process that writes to it. */
export type Load = { kind: 'cpu'; workers: number } | { kind: 'memory'; sizeBytes: Bytes };

/** What the processes of a mark have used, as the operating system reports. A type alias, because it becomes Json. */
export type PressureState = {
  workers: number;
  /** CPU time since they started, all together. */
  usedMs: Milliseconds;
  residentBytes: Bytes;
};
