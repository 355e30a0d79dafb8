import { appendFileSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { exploreHtml } from '../../explore/page/html.ts';
import type { SavedSearch } from '../../explore/saved.ts';
import { SavedSearchSchema, SEARCH_SCHEMA_VERSION } from '../../explore/saved.ts';
import type { Search } from '../../explore/search.ts';
import { Reader } from '../../fleet/checked.ts';
import type { Signal } from '../../explore/signals.ts';
import { ChaosError } from '../../support/errors.ts';
import { utcStamp } from '../../support/ids.ts';
import { makeFolder, makeNewFolder } from '../../support/make-folder.ts';
import { asChaosError } from '../../support/system-errors.ts';
import { complain, complainOf } from '../output.ts';
import { writeWhole } from '../run/run-folder.ts';
import { elsewhere } from '../run/save-run.ts';

const STATE = 'explore.json';
/** What each run has shown: what is new of later ones depends on it. */
const SIGNALS = 'signals.ndjson';

/** Where the runs of a search are, within its folder: a folder for each, by its number. */
export const RUNS = 'runs';
export const FINDINGS = 'findings';
/** The journals of servers that stand between runs; removed when none does. */
export const STANDING = 'standing';

export function newSearchFolder(out: string, at: Date): string {
  const folder = makeNewFolder(out, utcStamp(at));
  makeFolder(join(folder, RUNS));
  return folder;
}

/** The folder of one run, relative to that of its search. */
export function runPath(number: number): string {
  return `${RUNS}/${String(number).padStart(4, '0')}`;
}

/** Writes all that is known so far, completely: as data, and as a page. */
export function saveSearch(folder: string, search: Search): void {
  writeWhole(join(folder, STATE), `${JSON.stringify(search, null, 2)}\n`);
  writeWhole(join(folder, 'explore.html'), exploreHtml(search));
}

/**
 * Saves a search for the last time: in another place, with a message, when it cannot be saved in its own.
 *
 * @returns whether it was saved in its own place
 */
export function saveSearchSomewhere(folder: string, search: Search): boolean {
  try {
    saveSearch(folder, search);
    return true;
  } catch (thrown) {
    complainOf(asChaosError(thrown, 'the search cannot be saved'));
  }
  const other = elsewhere(basename(folder), (path) => saveSearch(path, search));
  complain(other === undefined ? 'it can be saved nowhere else' : `it is elsewhere: ${other}`);
  return false;
}

const reader = new Reader<SavedSearch>(SavedSearchSchema, Infinity);

/** @throws ChaosError `invalid` for a file that is no search of this form */
export function loadSearch(folder: string): Search {
  const path = join(folder, STATE);
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (thrown) {
    throw asChaosError(thrown, `${path} cannot be read`);
  }
  const { value, problem } = reader.read(bytes);
  if (value !== undefined) return value;
  throw new ChaosError(
    'invalid',
    `${path} is no search of this version of the form (schemaVersion ${SEARCH_SCHEMA_VERSION}): ${problem}`,
    {
      hint: `it cannot be continued; its runs are still in ${RUNS}/ beside it, and what was reduced in ${FINDINGS}/. An older search goes on with --out and its folder`,
    },
  );
}

/**
 * The newest search under `out` that is not over; or `out` itself, when it is a search.
 *
 * @param evenOver also one that is over, for a larger budget
 * @throws ChaosError `usage` when there is none
 */
export function searchToResume(out: string, evenOver: boolean): string {
  const folders = holdsSearch(out) ? [resolve(out)] : searchesUnder(out);
  const found = folders.find((folder) => evenOver || !isOver(loadSearch(folder)));
  if (found !== undefined) return found;
  throw new ChaosError('usage', `there is no search under ${out} that is not over`, {
    hint:
      folders.length === 0
        ? `${out} holds no search`
        : 'name a larger --runs or --budget to go on, or leave out --resume to begin another',
  });
}

function isOver({ endedAt, interrupted, stopped }: SavedSearch): boolean {
  return endedAt !== undefined && interrupted === undefined && stopped === undefined;
}

function holdsSearch(folder: string): boolean {
  return existsSync(join(folder, STATE));
}

function searchesUnder(out: string): string[] {
  if (statSync(out, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  return readdirSync(out)
    .sort()
    .reverse()
    .map((name) => resolve(out, name))
    .filter(holdsSearch);
}

/** Written before the search that counts on it: a run that is in the search has its signals. */
export function appendSignals(folder: string, number: number, signals: readonly Signal[]): void {
  appendFileSync(join(folder, SIGNALS), `${JSON.stringify({ number, signals })}\n`);
}

/** Those of every run, by its number; of a line that was not written to its end there is nothing. */
export function readSignals(folder: string): Map<number, Signal[]> {
  const path = join(folder, SIGNALS);
  const all = new Map<number, Signal[]>();
  if (!existsSync(path)) return all;
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    try {
      const { number, signals } = JSON.parse(line) as { number: number; signals: Signal[] };
      all.set(number, signals);
    } catch {
      continue;
    }
  }
  return all;
}
