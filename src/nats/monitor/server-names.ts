import { getJson, type Varz } from './monitor.ts';

const ANSWER_MS = 500;

/**
 * The names of servers by their ids. An id is new with every start, so each is looked up at its first appearance, and
 * kept for the time when its server no longer answers.
 */
export class ServerNames {
  readonly #monitors: readonly string[];
  readonly #names = new Map<string, string>();

  /** @param monitors base URLs of all monitoring endpoints */
  constructor(monitors: readonly string[]) {
    this.#monitors = monitors;
  }

  /** @returns what gives the name of each of these ids; empty for an unknown server */
  async of(ids: readonly string[]): Promise<(id: string) => string> {
    if (ids.some((id) => !this.#names.has(id))) await this.#learn();
    return (id) => this.#names.get(id) ?? '';
  }

  async #learn(): Promise<void> {
    await Promise.all(
      this.#monitors.map(async (monitor) => {
        const varz = await getJson<Varz>(monitor, '/varz', ANSWER_MS).catch(() => null);
        if (varz) this.#names.set(varz.server_id, varz.server_name);
      }),
    );
  }
}
