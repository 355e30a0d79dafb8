import type { UndoRecord } from '../../support/undo-record.ts';
import { signal, stateOf, type AttachedProcess } from './attached-process.ts';

const OP = 'attached.resume';

/** The undo record that resumes a paused process. */
export function resumeRecord(node: string, { pid, started }: AttachedProcess): UndoRecord {
  return { driver: 'attached', op: OP, args: { node, pid, started } };
}

/** The process that a record would resume; undefined for any other record. */
export function frozenBy({ driver, op, args }: UndoRecord): (AttachedProcess & { node: string }) | undefined {
  const { node, pid, started } = args;
  if (driver !== 'attached' || op !== OP) return undefined;
  if (typeof node !== 'string' || typeof started !== 'string' || !Number.isSafeInteger(pid)) return undefined;
  return { node, pid: pid as number, started };
}

/** Resumes a process if it still exists and is paused. @returns whether it was resumed */
export function resumeProcess(server: AttachedProcess): boolean {
  return stateOf(server) === 'paused' && signal(server, 'SIGCONT');
}
