import { isDeepStrictEqual } from 'node:util';
import type { Json } from '../../support/json.ts';
import { withLoginOfRoutes } from './route-login.ts';
import { merge } from './server-config.ts';

type Fields = Record<string, Json>;

/** A server's configuration, and the changes that apply to it. */
export class ConfigChanges {
  readonly #original: Fields;
  /** By their JSON text, so that a change applies only once and removing it twice is harmless. */
  readonly #changes = new Map<string, Fields>();

  /** @param text the configuration without any change, as JSON */
  constructor(text: string) {
    this.#original = JSON.parse(text) as Fields;
  }

  /** The configuration with every change, as the text of a file. */
  get text(): string {
    return JSON.stringify(this.#now(), null, 2);
  }

  /** @returns true: the file must be written */
  add(over: Fields): boolean {
    this.#changes.set(JSON.stringify(over), over);
    return true;
  }

  /** @returns whether it was there */
  remove(over: Fields): boolean {
    return this.#changes.delete(JSON.stringify(over));
  }

  /** Whether the configuration says what `over` says. */
  holds(over: Fields): boolean {
    const now = this.#now();
    return isDeepStrictEqual(merge(now, over), now);
  }

  #now(): Fields {
    return withLoginOfRoutes(this.#original, [...this.#changes.values()].reduce(merge, this.#original));
  }
}
