import type { FleetResult, RunState } from '../../fleet/state.ts';
import type { Queue } from '../../nats/queue/queue.ts';
import { sleep } from '../../support/deadline.ts';
import { onceSucceeded } from '../../support/once-succeeded.ts';
import { watched } from './watched.ts';

/** What becomes of one run. */
export interface Followed {
  state: RunState | null;
  result: FleetResult | null;
}

/** Results that a watch may have missed are looked up all the same, now and then. */
const LOOK_EVERY_MS = 20_000;

/** The states and results of all runs of a suite, kept up to date. */
export class SuiteState {
  readonly #queue: Queue;
  readonly #suite: string;
  readonly #runs = new Map<string, Followed>();
  readonly #changed: (run: string, before: RunState | null) => void;
  readonly #over = new AbortController();
  readonly #watches: Promise<void>[] = [];
  readonly #looked: () => Promise<void>;
  readonly #firstLook = onceSucceeded(() => this.#look());

  /**
   * @param changed called after each change of a run
   * @param looked called now and then, when all results are known
   */
  constructor(
    queue: Queue,
    suite: string,
    changed: (run: string, before: RunState | null) => void,
    looked: () => Promise<void>,
  ) {
    this.#looked = looked;
    this.#queue = queue;
    this.#suite = suite;
    this.#changed = changed;
  }

  of(run: string): Followed {
    const known = this.#runs.get(run) ?? { state: null, result: null };
    this.#runs.set(run, known);
    return known;
  }

  /** Begins to follow; resolves once every result that is there already is known. When it fails, it can be called again. */
  begin(): Promise<void> {
    if (this.#watches.length === 0) this.#follow();
    return this.#firstLook();
  }

  async close(): Promise<void> {
    this.#over.abort();
    await Promise.all(this.#watches);
  }

  #follow(): void {
    const { signal } = this.#over;
    const { states } = this.#queue;
    this.#watches.push(
      watched(signal, () =>
        states.watchRuns(this.#suite, signal, (run, { value }) => {
          const followed = this.of(run);
          const before = followed.state;
          followed.state = value;
          this.#changed(run, before);
        }),
      ),
      watched(signal, () =>
        states.watchResults(this.#suite, signal, (run, { value }) => this.#take(run, value)),
      ),
      this.#lookRegularly(signal),
    );
  }

  async #lookRegularly(signal: AbortSignal): Promise<void> {
    for (;;) {
      await sleep(LOOK_EVERY_MS, signal).catch(() => undefined);
      if (signal.aborted) return;
      await this.#look()
        .then(this.#looked)
        .catch(() => undefined);
    }
  }

  async #look(): Promise<void> {
    for (const { key, value } of await this.#queue.states.results(this.#suite))
      this.#take(key.split('.').at(-1) ?? '', value);
  }

  /** The first result of a run counts. */
  #take(run: string, result: FleetResult | null): void {
    const followed = this.of(run);
    if (result === null || followed.result !== null) return;
    followed.result = result;
    this.#changed(run, followed.state);
  }
}
