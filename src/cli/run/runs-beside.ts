import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { runnerOf, startedElsewhere } from '../../run/undo/runner-mark.ts';
import { RUNNING } from './run-folder.ts';

/**
 * Checks the folder of runs that a run is in, each time it is called: any other run of this machine that was going on
 * since the last call used the same CPUs.
 *
 * @param own folder of the run, by its name while it goes on
 * @returns how many other runs went on beside it so far
 */
export function watchRunsBeside(own: string): () => number {
  const runs = dirname(own);
  const before = namesIn(runs);
  const going = before.filter((name) => isGoing(runs, name, own));
  return () => {
    const now = namesIn(runs).filter((name) => !before.includes(name));
    const begun = now.filter((name) => isGoing(runs, name, own));
    // A run that was there at the start gets another name when it is finished or recovered.
    const finished = now.filter((name) => !name.startsWith('.') && !before.some((one) => isSame(one, name)));
    return going.length + begun.length + finished.length;
  };
}

function namesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}

function isGoing(runs: string, name: string, own: string): boolean {
  if (!name.startsWith(RUNNING) || name === basename(own)) return false;
  const folder = join(runs, name);
  return startedElsewhere(folder) === undefined && runnerOf(folder) !== null;
}

/** `.running-<time>-<experiment>-<id>` becomes `<time>-<experiment>-<version>`. */
function isSame(going: string, finished: string): boolean {
  return (
    going.startsWith(RUNNING) && finished.startsWith(going.slice(RUNNING.length, going.lastIndexOf('-') + 1))
  );
}
