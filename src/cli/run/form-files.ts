import { appendFileSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { ChaosError, messageOf } from '../../support/errors.ts';
import { complain } from '../output.ts';

/** GitHub refuses a step summary that is larger, and then shows nothing of it. */
const STEP_SUMMARY_BYTES = 1024 * 1024;

/**
 * Opens a file anew, with its folder.
 *
 * @throws ChaosError `usage` when it cannot be written
 */
export function claim(file: string): number {
  try {
    mkdirSync(dirname(resolve(file)), { recursive: true });
    return openSync(file, 'w');
  } catch (thrown) {
    throw new ChaosError('usage', `${file} cannot be written: ${messageOf(thrown)}`);
  }
}

/** What cannot be written is complained about, and changes no verdict. @returns whether it was */
export function tried(what: string, write: () => unknown): boolean {
  try {
    write();
    return true;
  } catch (thrown) {
    complain(`${what} could not be written: ${messageOf(thrown)}`);
    return false;
  }
}

/** Adds Markdown to the summary of the step, where GitHub has named a file for one. */
export function addToStepSummary(text: string, env: NodeJS.ProcessEnv): void {
  const path = env['GITHUB_STEP_SUMMARY'];
  if (path === undefined || path === '') return;
  tried('the step summary', () => {
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    if (size + Buffer.byteLength(text) > STEP_SUMMARY_BYTES) throw new Error('it would be larger than 1 MiB');
    appendFileSync(path, `${text}\n`);
  });
}
