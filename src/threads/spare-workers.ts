import { Worker } from 'node:worker_threads';

/**
 * Workers that have loaded their program already and wait for what to do: the next run need not wait for them. One that
 * ends meanwhile is left out.
 */
export class SpareWorkers {
  readonly #program: URL;
  readonly #ready = new Set<Worker>();
  /** How many were taken since they were last filled up. */
  #taken = 0;

  constructor(program: URL) {
    this.#program = program;
  }

  /** @returns one that waits, or a new one */
  readonly take = (): Worker => {
    this.#taken += 1;
    const [worker] = this.#ready;
    if (worker === undefined) return new Worker(this.#program);
    this.#ready.delete(worker);
    worker.removeAllListeners();
    worker.ref();
    return worker;
  };

  /** As many as were taken wait from now on. */
  readonly fillUp = (): void => {
    for (let missing = this.#taken - this.#ready.size; missing > 0; missing -= 1) {
      const worker = new Worker(this.#program);
      const leaveOut = (): void => void this.#ready.delete(worker);
      worker.on('error', leaveOut).on('exit', leaveOut);
      worker.unref();
      this.#ready.add(worker);
    }
    this.#taken = 0;
  };

  async close(): Promise<void> {
    const waiting = [...this.#ready];
    this.#ready.clear();
    await Promise.all(waiting.map((worker) => worker.terminate()));
  }
}
