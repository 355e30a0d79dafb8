import type { JetStreamClient } from '@nats-io/jetstream';
import { runName, type QueueNames, type RunKey } from '../../fleet/names.ts';
import {
  fleetResults,
  runStates,
  workerStates,
  type FleetResult,
  type RunState,
  type WorkerState,
} from '../../fleet/state.ts';
import { CheckedBucket, type Kept } from './bucket.ts';

/** What workers say of themselves and of their runs. */
export class States {
  readonly #bucket: CheckedBucket;

  constructor(js: JetStreamClient, { states }: QueueNames) {
    this.#bucket = new CheckedBucket(js, states);
  }

  /** The beat of a worker. */
  async beat(worker: WorkerState): Promise<void> {
    await this.#bucket.put(`worker.${worker.id}`, worker, workerStates);
  }

  /** A worker that ends in good order is not missed. */
  async leave(worker: string): Promise<void> {
    await this.#bucket.delete(`worker.${worker}`);
  }

  /** Every worker that has not left, also those that are silent: their `storedAt` shows it. */
  workers(): Promise<Kept<WorkerState>[]> {
    return this.#bucket.list('worker.*', workerStates);
  }

  async setRun(key: RunKey, state: RunState): Promise<void> {
    await this.#bucket.put(`run.${runName(key)}`, state, runStates);
  }

  run(key: RunKey): Promise<Kept<RunState> | null> {
    return this.#bucket.get(`run.${runName(key)}`, runStates);
  }

  /** @returns false when the run has a result already, which stays */
  addResult(key: RunKey, result: FleetResult): Promise<boolean> {
    return this.#bucket.create(`result.${runName(key)}`, result, fleetResults);
  }

  result(key: RunKey): Promise<Kept<FleetResult> | null> {
    return this.#bucket.get(`result.${runName(key)}`, fleetResults);
  }

  results(suite: string): Promise<Kept<FleetResult>[]> {
    return this.#bucket.list(`result.${suite}.*`, fleetResults);
  }

  /** Once its result is safe elsewhere. */
  async forget(key: RunKey): Promise<void> {
    await this.#bucket.delete(`run.${runName(key)}`);
    await this.#bucket.delete(`result.${runName(key)}`);
  }

  /** Until `signal` fires; see `CheckedBucket.watch`. */
  watchWorkers(signal: AbortSignal, on: (worker: Kept<WorkerState>) => void): Promise<void> {
    return this.#bucket.watch({ keys: 'worker.*', reader: workerStates, signal }, on);
  }

  watchRuns(
    suite: string,
    signal: AbortSignal,
    on: (run: string, state: Kept<RunState>) => void,
  ): Promise<void> {
    const keys = `run.${suite}.*`;
    return this.#bucket.watch({ keys, reader: runStates, signal }, (kept) => on(runIn(kept.key), kept));
  }

  watchResults(
    suite: string,
    signal: AbortSignal,
    on: (run: string, result: Kept<FleetResult>) => void,
  ): Promise<void> {
    const keys = `result.${suite}.*`;
    return this.#bucket.watch({ keys, reader: fleetResults, signal }, (kept) => on(runIn(kept.key), kept));
  }
}

/** The run that a key is about, as it is called in its suite. */
function runIn(key: string): string {
  return key.split('.').at(-1) ?? '';
}
