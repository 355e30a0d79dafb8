import { stateOf } from '../../drivers/attached/attached-process.ts';
import { frozenBy, resumeProcess } from '../../drivers/attached/resume.ts';
import { messageOf } from '../../support/errors.ts';
import { readJournal } from './journal.ts';

/** What became of one server that a run may have frozen, and that outlives the run. */
export interface Resumed {
  /** `cluster/node`. */
  node: string;
  pid: number;
  /** Whether it was frozen, and was resumed. */
  resumed: boolean;
  /** Why it is still frozen, in words. */
  left?: string;
}

/**
 * Resumes every attached server that was frozen according to a journal, the last first. Safe to repeat: a process that is
 * not frozen, or that only has the same id as the frozen one, is not signalled.
 */
export function resumeJournal(journal: string): Resumed[] {
  return frozenIn(journal).map((frozen) => {
    const { node, pid } = frozen;
    try {
      return { node, pid, resumed: resumeProcess(frozen) };
    } catch (error) {
      return { node, pid, resumed: false, left: `process ${pid} of ${node} is frozen: ${messageOf(error)}` };
    }
  });
}

/** Whether any server that was frozen according to a journal still is. */
export function stillFrozen(journal: string): boolean {
  return frozenIn(journal).some((frozen) => stateOf(frozen) === 'paused');
}

/** Each process once, the last first. */
function frozenIn(journal: string) {
  const all = readJournal(journal).flatMap((record) => frozenBy(record) ?? []);
  return [...new Map(all.reverse().map((frozen) => [`${frozen.pid} ${frozen.started}`, frozen])).values()];
}
