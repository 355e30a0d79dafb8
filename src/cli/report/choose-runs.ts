import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { SavedRun } from '../../report/schema.ts';
import { ChaosError } from '../../support/errors.ts';
import { loadWithoutReadings, savedRunFolder, savedRunNames } from './saved-runs.ts';

/**
 * The folders of the runs that a word on the command line means: one run, or every run in a folder of runs.
 *
 * @throws ChaosError `usage` when there is none
 */
export function runFoldersOf(word: string, out: string): string[] {
  const names = existsSync(join(word, 'report.json')) ? [] : savedRunNames(word);
  // The oldest first, so that the first of several versions is the reference.
  if (names.length > 0) return names.reverse().map((name) => resolve(word, name));
  return [savedRunFolder(word, out)];
}

/** More runs than this say no more about the spread. */
const MAX_BASELINE = 20;

/**
 * The newest passing run of an experiment and the other passing runs of its version: a single run says nothing about
 * noise.
 *
 * @param not ids of runs that are to be compared with it
 * @throws ChaosError `usage` when no run has passed
 */
export function latestPasses(out: string, experiment: string, not: ReadonlySet<string>): string[] {
  const folders: string[] = [];
  let version: string | undefined;
  for (const name of savedRunNames(out)) {
    const folder = resolve(out, name);
    const saved = readable(folder);
    if (saved?.experiment.name !== experiment || saved.verdict !== 'pass' || not.has(saved.runId)) continue;
    if (saved.rehearsal === true) continue;
    version ??= saved.versions['nats-server'] ?? 'unknown';
    if ((saved.versions['nats-server'] ?? 'unknown') === version) folders.push(folder);
    if (folders.length === MAX_BASELINE) break;
  }
  if (folders.length > 0) return folders.reverse();
  throw new ChaosError(
    'usage',
    `no other run of ${experiment} under ${out} has passed: there is no baseline`,
  );
}

function readable(folder: string): SavedRun | null {
  try {
    return loadWithoutReadings(folder);
  } catch {
    return null;
  }
}
