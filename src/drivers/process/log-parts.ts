import { createReadStream, createWriteStream, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { sizeOf } from '../servers/last-lines.ts';

/** The logs of servers that serve several runs: each run gets the part that was written while it went on. */
export class LogParts {
  readonly #from: string;
  readonly #starts: ReadonlyMap<string, number>;

  /** @param from the folder of the logs; what is in them now is of earlier runs */
  constructor(from: string) {
    this.#from = from;
    this.#starts = new Map(namesIn(from).map((name) => [name, sizeOf(join(from, name))]));
  }

  /** Copies this run's part of every log. */
  async copyTo(folder: string): Promise<void> {
    for (const name of namesIn(this.#from)) {
      const start = this.#starts.get(name) ?? 0;
      await pipeline(
        createReadStream(join(this.#from, name), { start }),
        createWriteStream(join(folder, name)),
      );
    }
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
