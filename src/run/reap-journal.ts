import { existsSync } from 'node:fs';
import { basename, isAbsolute } from 'node:path';
import { leftOf, reap } from '../drivers/process/reap.ts';
import { messageOf } from '../support/errors.ts';
import { readJournal } from './journal.ts';

/** What became of one environment that a journal names. */
export interface Reaped {
  /** Where its servers keep their files. */
  folder: string;
  /** Whether anything of it was there: its folder, or a process. */
  found: boolean;
  /** Ids of the processes that were ended. */
  ended: number[];
  /** What is there still, in words; empty when all of it is gone. */
  left: string[];
}

/**
 * Stops and removes every environment that a journal names, the last first. Safe to repeat. Faults need no undoing of
 * their own here: the servers that they were injected into go.
 */
export async function reapJournal(journal: string): Promise<Reaped[]> {
  const reaped: Reaped[] = [];
  for (const folder of environmentsOf(journal)) reaped.push(await reapEnvironment(folder));
  return reaped;
}

/** Whether anything is there of the environments that a journal names. */
export function stillThere(journal: string): boolean {
  return environmentsOf(journal).some((folder) => existsSync(folder) || leftOf(folder).length > 0);
}

function environmentsOf(journal: string): string[] {
  // A runner that died before its first record has left nothing.
  if (!existsSync(journal)) return [];
  const folders = readJournal(journal).flatMap(({ op, args: { folder } }) =>
    op === 'environment.reap' && typeof folder === 'string' && isOurs(folder) ? [folder] : [],
  );
  return [...new Set(folders.reverse())];
}

/** A journal is a file like any other: whatever it says, nothing is removed that no driver can have made. */
function isOurs(folder: string): boolean {
  return isAbsolute(folder) && /^nats-chaos-[\w-]+$/.test(basename(folder));
}

async function reapEnvironment(folder: string): Promise<Reaped> {
  const there = existsSync(folder);
  try {
    const ended = await reap(folder);
    return { folder, found: there || ended.length > 0, ended, left: leftOf(folder) };
  } catch (error) {
    const left = [...leftOf(folder), `${folder} could not be removed: ${messageOf(error)}`];
    return { folder, found: true, ended: [], left };
  }
}
