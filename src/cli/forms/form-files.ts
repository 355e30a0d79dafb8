import { appendFileSync, openSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { ChaosError, messageOf } from '../../support/errors.ts';
import { makeFolder } from '../../support/make-folder.ts';
import { asChaosError } from '../../support/system-errors.ts';
import { complain } from '../output.ts';
import { writeWhole } from '../run/run-folder.ts';

/** GitHub drops a step summary that is larger than this. */
const STEP_SUMMARY_BYTES = 1024 * 1024;

/** Error codes of the operating system for a path that is wrong whatever the free space and permissions. */
const WRONG_PATH = ['ENOENT', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG', 'ELOOP', 'EEXIST', 'EINVAL', 'ENXIO'];

/**
 * Opens a file for writing, empty, and creates its folder.
 *
 * @throws ChaosError `usage` for a path that cannot be written, `resources` when the machine does not allow it
 */
export function claim(file: string): number {
  return written(file, () => {
    makeFolder(dirname(resolve(file)));
    return openSync(file, 'w');
  });
}

/**
 * Writes a whole file, and creates its folder.
 *
 * @param path where the file is, when `file` is only its name for people
 * @throws ChaosError `usage` for a path that cannot be written, `resources` when the machine does not allow it
 */
export function writeForm(file: string, text: string, path = resolve(file)): void {
  written(file, () => {
    makeFolder(dirname(path));
    writeWhole(path, text);
  });
}

function written<T>(file: string, write: () => T): T {
  try {
    return write();
  } catch (thrown) {
    const { code = '' } = thrown as NodeJS.ErrnoException;
    if (WRONG_PATH.includes(code))
      throw new ChaosError('usage', `${file} cannot be written: ${messageOf(thrown)}`, { cause: thrown });
    delete (thrown as NodeJS.ErrnoException).path;
    throw asChaosError(thrown, `${file} cannot be written`);
  }
}

/** Adds Markdown to the step summary, where GitHub has named a file for it. @throws ChaosError */
export function addToStepSummary(text: string, env: NodeJS.ProcessEnv): void {
  const path = env['GITHUB_STEP_SUMMARY'];
  if (path === undefined || path === '') return;
  written('the step summary', () => {
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    if (size + Buffer.byteLength(text) > STEP_SUMMARY_BYTES)
      complain('the step summary could not be written: it would be larger than 1 MiB');
    else appendFileSync(path, `${text}\n`);
  });
}
