import type { Bytes, Milliseconds } from '../support/units.ts';

/** Power to use up what servers share with everybody on their machine. */
export interface Pressure {
  /** Starts processes that do nothing but use something up, under a mark; they end by themselves after an hour. */
  press(mark: string, load: Load): Promise<void>;
  /** Ends those of a mark; harmless when there are none. */
  relieve(mark: string): Promise<void>;
  look(mark: string): PressureState;
}

/** CPU time, by as many processes; or memory that is written to, by one. */
export type Load = { kind: 'cpu'; workers: number } | { kind: 'memory'; sizeBytes: Bytes };

/** What the processes of a mark have taken, as the operating system tells. A type alias, because it becomes Json. */
export type PressureState = {
  workers: number;
  /** CPU time since they started, all together. */
  usedMs: Milliseconds;
  residentBytes: Bytes;
};
