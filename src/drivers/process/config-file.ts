import { writeFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import type { Json } from '../../support/json.ts';
import { merge } from './server-config.ts';

type Fields = Record<string, Json>;

/** A server's configuration file, and the changes that are in force upon it. */
export class ConfigFile {
  readonly path: string;
  readonly #original: Fields;
  /** By their own text, so that a change is there once, and taking it away twice is harmless. */
  readonly #changes = new Map<string, Fields>();
  #writtenAt = 0;

  /** Writes the file. */
  constructor(path: string, text: string) {
    this.path = path;
    this.#original = JSON.parse(text) as Fields;
    this.#write();
  }

  /** When it was last written, ms since 1970. */
  get writtenAt(): number {
    return this.#writtenAt;
  }

  change(over: Fields): void {
    this.#changes.set(JSON.stringify(over), over);
    this.#write();
  }

  restore(over: Fields): void {
    if (this.#changes.delete(JSON.stringify(over))) this.#write();
  }

  /** Whether it says what `over` says. */
  holds(over: Fields): boolean {
    const now = this.#now();
    return isDeepStrictEqual(merge(now, over), now);
  }

  #now(): Fields {
    return [...this.#changes.values()].reduce(merge, this.#original);
  }

  #write(): void {
    // Only the owner may read it: it holds the passwords of the accounts.
    writeFileSync(this.path, JSON.stringify(this.#now(), null, 2), { mode: 0o600 });
    this.#writtenAt = Date.now();
  }
}
