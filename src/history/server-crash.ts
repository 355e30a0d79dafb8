import type { Milliseconds } from '../support/units.ts';

/** What can end a server that the run has not ended. */
export const CRASH_KINDS = [
  'panic',
  'fatal-error',
  'data-race',
  'out-of-memory',
  'signal',
  'fatal-log',
  'exit',
  'restart',
] as const;

export type CrashKind = (typeof CRASH_KINDS)[number];

/** A server that ended by itself: nothing that the run did explains it. */
export interface CrashRecord {
  t: Milliseconds;
  /** `cluster/node`. */
  node: string;
  kind: CrashKind;
  /** How it ended, as a predicate: `exited with code 2: panic: …`. */
  text: string;
  code?: number;
  /** `SIGKILL` … */
  signal?: string;
  /** The phase that it happened in; left out before and after the method. */
  phase?: string;
  /** Ids of the faults that were in force, those on this node first. */
  faults: string[];
  /** Why it is no failure: what may end a server was in force on it, or its phase allows it. */
  accepted?: string;
  /** What it printed last. */
  lastLines: string[];
}

/** Whether a server ended in order, which it only does when it is asked to (SIGTERM, SIGINT): by somebody beside the run. */
export function wasAskedToEnd({ kind, code }: Pick<CrashRecord, 'kind' | 'code'>): boolean {
  return kind === 'exit' && code === 0;
}

/** The part of the harness that broke: observations from then on say nothing about the system. */
export interface HarnessRecord {
  /** When it was noticed. */
  t: Milliseconds;
  /** Since when nothing counts: when it ended, or answered for the last time. */
  since: Milliseconds;
  part: 'proxy' | 'engine';
  /** In words. */
  text: string;
}

/** The times of crashes and those of a run are read from two clocks. */
const CLOCKS_MS = 1_000;

/** Whether a server that a fault was on has ended by itself since the fault began to be undone. */
export function crashedSinceUndo(
  fault: { targets: readonly string[]; undo: readonly { t: Milliseconds }[]; removedAt?: Milliseconds },
  crashes: readonly CrashRecord[],
): boolean {
  const from = fault.undo[0]?.t ?? fault.removedAt ?? Infinity;
  return crashes.some(({ node, t }) => fault.targets.includes(node) && t >= from - CLOCKS_MS);
}
