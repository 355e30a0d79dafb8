import type { UndoRecord } from '../../support/undo-record.ts';
import { signal, stateOf, type FoundProcess } from './found-process.ts';

const OP = 'attached.resume';

/** How a frozen process is let go again, for whoever is left to do it. */
export function resumeRecord(node: string, { pid, started }: FoundProcess): UndoRecord {
  return { driver: 'attached', op: OP, args: { node, pid, started } };
}

/** The process that a record would let go again; undefined for a record of anything else. */
export function frozenBy({ driver, op, args }: UndoRecord): (FoundProcess & { node: string }) | undefined {
  const { node, pid, started } = args;
  if (driver !== 'attached' || op !== OP) return undefined;
  if (typeof node !== 'string' || typeof started !== 'string' || !Number.isSafeInteger(pid)) return undefined;
  return { node, pid: pid as number, started };
}

/** Lets a process go on if it is still there and frozen. @returns whether it was */
export function letGo(found: FoundProcess): boolean {
  return stateOf(found) === 'paused' && signal(found, 'SIGCONT');
}
