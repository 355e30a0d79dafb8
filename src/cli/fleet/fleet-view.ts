import { STALE_AFTER_MS } from '../../fleet/limits.ts';
import type { Halt, WorkerState } from '../../fleet/state.ts';
import type { Kept } from '../../nats/queue/bucket.ts';
import type { Queue } from '../../nats/queue/queue.ts';
import { systemClock } from '../../support/clock.ts';
import { watched } from './watched.ts';

/** The workers of a queue that live, and whether it is halted, kept up to date. */
export class FleetView {
  halt: Halt | null = null;
  readonly #workers = new Map<string, { worker: WorkerState; seenMs: number }>();
  #youngest = Infinity;
  readonly #over = new AbortController();
  readonly #watches: Promise<void>[];

  /** @param changed called after each change */
  constructor({ states, control }: Queue, changed: () => void) {
    const { signal } = this.#over;
    this.known = states
      .workers()
      .then((all) => all.forEach((one) => this.#take(one)))
      .catch(() => undefined);
    this.#watches = [
      watched(signal, () =>
        states.watchWorkers(signal, (one) => {
          this.#take(one);
          changed();
        }),
      ),
      watched(signal, () =>
        control.watchHalt(signal, (halt) => {
          this.halt = halt;
          changed();
        }),
      ),
    ];
  }

  /** Resolves once the workers that were there at the start are known. */
  readonly known: Promise<void>;

  /** Those whose last beat is not older than three. */
  get workers(): WorkerState[] {
    const now = systemClock.monotonicMs();
    return [...this.#workers.values()]
      .filter(({ seenMs }) => now - seenMs < STALE_AFTER_MS)
      .map(({ worker }) => worker);
  }

  #take({ key, value, storedAt }: Kept<WorkerState>): void {
    const id = key.slice(key.indexOf('.') + 1);
    if (value === null) this.#workers.delete(id);
    else this.#workers.set(id, { worker: value, seenMs: this.#seenAt(storedAt) });
  }

  /**
   * When a beat was sent, by this machine's clock. The two clocks may differ: the youngest beat so far is taken to have
   * come at once.
   */
  #seenAt(storedAt: number): number {
    const now = systemClock.monotonicMs();
    const age = systemClock.now().getTime() - storedAt;
    this.#youngest = Math.min(this.#youngest, age);
    return now - (age - this.#youngest);
  }

  async close(): Promise<void> {
    this.#over.abort();
    await Promise.all(this.#watches);
  }
}
