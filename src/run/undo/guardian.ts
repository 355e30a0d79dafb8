import { appendFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { messageOf } from '../../support/errors.ts';
import { endCommands } from './end-commands.ts';
import { damageOf } from './journal.ts';
import { reapJournal } from './reap-journal.ts';
import { restoreJournal } from './restore-journal.ts';
import { resumeJournal } from './resume-journal.ts';

/** What the runner writes to its guardian when everything is undone, or left up on purpose. */
export const ALL_IS_WELL = 'all is well\n';

/** What the guardian writes to its runner once it watches. */
export const WATCHING = 'watching\n';

/**
 * The guardian: a process of its own that outlives the runner. Its standard input comes from the runner; when that
 * ends without the words that all is well, the runner is dead, and the guardian undoes what the journal says.
 */
export function watchOver(journal: string): void {
  // A Ctrl-C at the terminal is meant for the runner, which then reports to the guardian.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
  let heard = '';
  process.stdin.setEncoding('utf8');
  process.stdin.on('data', (text: string) => (heard += text));
  process.stdin.on('close', () => {
    if (!heard.includes(ALL_IS_WELL)) void undoEverything(journal);
  });
  // A runner that has died meanwhile does not read it.
  process.stdout.on('error', () => undefined);
  // One fixed word, which only the runner reads.
  // eslint-disable-next-line no-restricted-syntax
  process.stdout.write(WATCHING);
}

/** Undoes what a journal lists, last first. Safe to repeat. */
async function undoEverything(journal: string): Promise<void> {
  try {
    note(journal, 'the runner is gone without a word: undoing everything');
    for (const { node, pid, resumed, left } of resumeJournal(journal)) {
      note(journal, `${node}, process ${pid}: ${resumed ? 'resumed' : 'not frozen'}`);
      if (left === undefined) continue;
      note(journal, left);
      process.exitCode = 1;
    }
    for (const pid of endCommands(dirname(journal)))
      note(journal, `ended process ${pid}, which a probe had started`);
    for (const { engine, did, left } of await restoreJournal(journal)) {
      note(journal, `attached containers at ${engine}: ${did.join('; ') || 'as they were found'}`);
      for (const text of left) note(journal, text);
      if (left.length > 0) process.exitCode = 1;
    }
    for (const { folder, ended, docker, left } of await reapJournal(journal)) {
      note(journal, `removed ${folder}; ended ${ended.length} processes`);
      for (const { engine, containers, networks, volumes } of docker) {
        const counts = `${containers.length} containers, ${networks.length} networks, ${volumes.length} volumes`;
        note(journal, `removed ${counts} at ${engine}`);
      }
      for (const text of left) note(journal, text);
      if (left.length > 0) process.exitCode = 1;
    }
    const damage = damageOf(journal);
    if (damage !== undefined) {
      note(journal, damage);
      process.exitCode = 1;
    }
    note(journal, 'done');
  } catch (error) {
    note(journal, `failed: ${messageOf(error)}`);
    process.exitCode = 1;
  }
}

function note(journal: string, text: string): void {
  try {
    appendFileSync(join(dirname(journal), 'guardian.log'), `${new Date().toISOString()} ${text}\n`);
  } catch {
    // Somebody has recovered the run, and has renamed its folder: nobody reads this log any more.
  }
}
