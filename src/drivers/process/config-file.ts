import { writeFileSync } from 'node:fs';
import type { Json } from '../../support/json.ts';
import { ConfigChanges } from '../servers/config-changes.ts';

type Fields = Record<string, Json>;

/** A server's configuration file, and the changes that apply to it. */
export class ConfigFile {
  readonly path: string;
  readonly #changes: ConfigChanges;
  #writtenAt = 0;

  /** Writes the file. */
  constructor(path: string, text: string) {
    this.path = path;
    this.#changes = new ConfigChanges(text);
    this.#write();
  }

  /** When it was last written, ms since 1970. */
  get writtenAt(): number {
    return this.#writtenAt;
  }

  change(over: Fields): void {
    this.#changes.add(over);
    this.#write();
  }

  restore(over: Fields): void {
    if (this.#changes.remove(over)) this.#write();
  }

  /** Whether it says what `over` says. */
  holds(over: Fields): boolean {
    return this.#changes.holds(over);
  }

  #write(): void {
    // Only the owner may read it: it holds the passwords of the accounts.
    writeFileSync(this.path, this.#changes.text, { mode: 0o600 });
    this.#writtenAt = Date.now();
  }
}
