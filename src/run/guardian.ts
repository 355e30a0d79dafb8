import { appendFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { reap } from '../drivers/process/reap.ts';
import { messageOf } from '../support/errors.ts';
import { readJournal } from './journal.ts';

/** What the runner writes to its guardian when everything is undone, or left up on purpose. */
export const ALL_IS_WELL = 'all is well\n';

/**
 * The guardian: a process of its own that outlives the runner. Its standard input comes from the runner; when that
 * ends without the words that all is well, the runner is dead, and the guardian undoes what the journal says.
 */
export function watchOver(journal: string): void {
  // A Ctrl-C at the terminal is for the runner, which then tells the guardian how it went.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
  let heard = '';
  process.stdin.setEncoding('utf8');
  process.stdin.on('data', (text: string) => (heard += text));
  process.stdin.on('close', () => {
    if (!heard.includes(ALL_IS_WELL)) void undoEverything(journal);
  });
}

/** Undoes what a journal lists, last first. Safe to repeat. */
async function undoEverything(journal: string): Promise<void> {
  const note = (text: string): void =>
    appendFileSync(join(dirname(journal), 'guardian.log'), `${new Date().toISOString()} ${text}\n`);
  try {
    note('the runner is gone without a word: undoing everything');
    // Faults on servers that are about to be taken down need no undoing of their own.
    for (const record of readJournal(journal).reverse()) {
      if (record.op !== 'environment.reap') continue;
      const { folder } = record.args;
      if (typeof folder !== 'string') continue;
      const ended = await reap(folder);
      note(`removed ${folder}; ended ${ended.length} processes`);
    }
    note('done');
  } catch (error) {
    note(`failed: ${messageOf(error)}`);
    process.exitCode = 1;
  }
}
