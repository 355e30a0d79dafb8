import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderHtml } from '../../report/html.ts';
import { renderJson } from '../../report/json.ts';
import type { SavedRun } from '../../report/schema.ts';
import { utcStamp } from '../../support/ids.ts';
import { makeFolder } from '../../support/make-folder.ts';
import { writeWhole } from './run-folder.ts';

/** Folders for reports that cannot be written to their own place. */
const ELSEWHERE = 'nats-chaos-reports';

/** @throws the file system's error */
export function saveRun(folder: string, saved: SavedRun): void {
  writeWhole(join(folder, 'report.json'), renderJson(saved));
  writeWhole(join(folder, 'report.html'), renderHtml(saved));
}

/** Saves a run that cannot be saved in its own place. @returns its folder; undefined when no folder can be written */
export function saveElsewhere(saved: SavedRun): string | undefined {
  const name = `${utcStamp(new Date(saved.startedAt))}-${saved.experiment.name}-${saved.runId}`;
  return elsewhere(name, (folder) => saveRun(folder, saved));
}

/** Writes to another folder. @returns the first that can be written */
export function elsewhere(name: string, write: (folder: string) => void): string | undefined {
  for (const base of [tmpdir(), process.cwd()]) {
    const folder = join(base, ELSEWHERE, name);
    try {
      makeFolder(folder);
      write(folder);
      return folder;
    } catch {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return undefined;
}
