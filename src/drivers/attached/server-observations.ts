import type { Observer } from '../../nats/monitor/observer.ts';
import type { ServerExit } from '../driver.ts';

type Known = Pick<Observer, 'server'>;

/** Observes ends of servers from outside only: a server refuses connections, or it has another id than before. */
export class ServerObservations {
  /** Node → the id of its server in the last answer. */
  readonly #ids = new Map<string, string>();
  /** Ends of servers that have not come back yet. */
  readonly #down = new Map<string, ServerExit>();
  readonly exits: ServerExit[] = [];

  /**
   * Observes all nodes once. A node that neither answers nor refuses may be paused or cut off, so it does not count as
   * ended.
   */
  async observe(observer: Known, nodes: readonly string[]): Promise<void> {
    await Promise.all(nodes.map((node) => this.#observe(observer, node)));
  }

  async #observe(observer: Known, node: string): Promise<void> {
    try {
      const { id, upMs } = await observer.server(node);
      this.#answered(node, id, Date.now() - upMs);
    } catch (error) {
      if (isRefused(error)) this.#refused(node);
    }
  }

  #answered(node: string, id: string, startedAt: number): void {
    const known = this.#ids.get(node);
    this.#ids.set(node, id);
    const down = this.#down.get(node);
    this.#down.delete(node);
    if (known === undefined || known === id) return;
    if (down) down.restartedByOthers = true;
    else this.exits.push({ ...unknownEnd(node), at: startedAt, restartedByOthers: true });
  }

  #refused(node: string): void {
    // A server that has never answered did not end during the observation.
    if (!this.#ids.has(node) || this.#down.has(node)) return;
    const exit = unknownEnd(node);
    this.#down.set(node, exit);
    this.exits.push(exit);
  }
}

function unknownEnd(node: string): ServerExit {
  return {
    node,
    at: Date.now(),
    code: null,
    signal: null,
    asked: null,
    outOfMemory: false,
    restartedByOthers: false,
    lastLines: [],
  };
}

function isRefused(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause)
    if ('code' in at && at.code === 'ECONNREFUSED') return true;
  return false;
}
