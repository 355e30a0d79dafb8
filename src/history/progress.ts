import type { Milliseconds } from '../support/units.ts';
import type { TimelineEntry } from './record.ts';

/** Something to show while a run goes on: a line of its timeline, or its current state. */
export type ProgressEvent = ProgressLine | ProgressTick;

export interface ProgressLine extends TimelineEntry {
  type: 'line';
}

export interface ProgressTick {
  type: 'tick';
  t: Milliseconds;
  phase: string;
  /** Until the phase ends by itself; null when it waits for a condition. */
  remainingMs: Milliseconds | null;
  workloads: {
    name: string;
    /** Messages per second, over the last tick. */
    rate: number;
    done: number;
    /** Refused, and without an answer. */
    failed: number;
    unknown: number;
  }[];
  /** The last reading of each probe; neither field when it failed. */
  probes: { id: string; value?: number; state?: string }[];
  /** Faults that are proven to be in force. */
  faults: { id: string; kind: string; title: string }[];
}
