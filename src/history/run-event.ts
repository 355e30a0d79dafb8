import { createReadStream, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { RunEvent } from './events.ts';
import { eventsPath } from './paths.ts';

/** What the history in a folder says of its run; undefined where it says nothing, as in those of earlier versions. */
export async function readRunEvent(folder: string): Promise<RunEvent | undefined> {
  const path = eventsPath(folder);
  if (!existsSync(path)) return undefined;
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    if (!line.startsWith(BEGINNING)) continue;
    try {
      return JSON.parse(line) as RunEvent;
    } catch {
      return undefined;
    }
  }
  return undefined;
}

const BEGINNING = '{"type":"run",';
