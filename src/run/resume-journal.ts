import { existsSync } from 'node:fs';
import { stateOf } from '../drivers/attached/found-process.ts';
import { frozenBy, letGo } from '../drivers/attached/resume.ts';
import { messageOf } from '../support/errors.ts';
import { readJournal } from './journal.ts';

/** What became of one server that a run may have frozen, and that goes on when the run is over. */
export interface Resumed {
  /** `cluster/node`. */
  node: string;
  pid: number;
  /** Whether it was frozen, and was let go. */
  resumed: boolean;
  /** Why it is frozen still, in words. */
  left?: string;
}

/**
 * Lets every attached server go on that a journal says was frozen, the last first. Safe to repeat: a process that is
 * not frozen, or that has only the id of the one that was, is not signalled.
 */
export function resumeJournal(journal: string): Resumed[] {
  return frozenIn(journal).map((found) => {
    const { node, pid } = found;
    try {
      return { node, pid, resumed: letGo(found) };
    } catch (error) {
      return { node, pid, resumed: false, left: `process ${pid} of ${node} is frozen: ${messageOf(error)}` };
    }
  });
}

/** Whether anything that a journal says was frozen still is. */
export function stillFrozen(journal: string): boolean {
  return frozenIn(journal).some((found) => stateOf(found) === 'paused');
}

/** Each process once, the last first. */
function frozenIn(journal: string) {
  // A runner that died before its first record has frozen nothing.
  if (!existsSync(journal)) return [];
  const all = readJournal(journal).flatMap((record) => frozenBy(record) ?? []);
  return [...new Map(all.reverse().map((found) => [`${found.pid} ${found.started}`, found])).values()];
}
