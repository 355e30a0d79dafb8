import { constants } from 'node:os';
import type { EndRequest, ServerExit } from '../../driver.ts';
import { gentlerOf } from '../../server-exit.ts';

/** An end of a container, without what it printed. */
export type ContainerExit = Omit<ServerExit, 'node'>;

/** An engine's report on a container: part of its `State`, and how often the engine has restarted it. */
export interface LifeReading {
  Status: string;
  Running: boolean;
  OOMKilled: boolean;
  ExitCode: number;
  StartedAt: string;
  FinishedAt: string;
  restartCount: number;
}

/** An engine reports an end by a signal as this plus the signal's number. */
const SIGNAL_BASE = 128;

/** Follows one container from reading to reading: when it ended, and whether that was asked for. */
export class ContainerLife {
  readonly exits: ContainerExit[] = [];
  #asked: EndRequest | null = null;
  /** It is being started or recreated: readings say nothing. */
  #isStarting = false;
  /** The next observed start is our own. */
  #isOurs = true;
  #isDown = false;
  #startedAt: string | undefined;
  /** The time of the last recorded end, as the engine writes it. */
  #finishedAt: string | undefined;

  /** Call it just before the container is asked to end. */
  endRequested(request: EndRequest): void {
    if (!this.#isDown) this.#asked = gentlerOf(this.#asked, request);
  }

  /** Call it just before the container is started or recreated. */
  starting(): void {
    this.#isStarting = true;
  }

  /** Call it once the container has been started, whether it still runs or not. */
  started(): void {
    this.#isStarting = false;
    this.#isOurs = true;
    this.#isDown = false;
    this.#asked = null;
  }

  /** @returns the end that the reading shows for the first time, if it shows one */
  observed(reading: LifeReading): ContainerExit | undefined {
    if (this.#isStarting || reading.Status === 'created' || this.#isStale(reading)) return undefined;
    if (reading.Running) return this.#observedRunning(reading);
    this.#isDown = true;
    return this.#finishedAt === reading.FinishedAt ? undefined : this.#note(reading, false);
  }

  #observedRunning(reading: LifeReading): ContainerExit | undefined {
    this.#isDown = false;
    if (this.#startedAt === reading.StartedAt) return undefined;
    this.#startedAt = reading.StartedAt;
    const isOurs = this.#isOurs;
    this.#isOurs = false;
    if (isOurs) return undefined;
    const last = this.exits.at(-1);
    if (last === undefined || this.#finishedAt !== reading.FinishedAt) return this.#note(reading, true);
    last.restartedByOthers = true;
    last.restartCount = reading.restartCount;
    this.#asked = null;
    return undefined;
  }

  /** Readings may arrive out of order: one that is older than the current state is ignored. */
  #isStale({ StartedAt }: LifeReading): boolean {
    return this.#startedAt !== undefined && Date.parse(StartedAt) < Date.parse(this.#startedAt);
  }

  /** Once a container runs again, the engine no longer reports how it ended. */
  #note(reading: LifeReading, restartedByOthers: boolean): ContainerExit {
    const { ExitCode, OOMKilled, FinishedAt, Status, restartCount } = reading;
    const known = !restartedByOthers && Status !== 'removed';
    this.#finishedAt = FinishedAt;
    const finished = Date.parse(FinishedAt);
    const exit: ContainerExit = {
      at: finished > 0 ? Math.min(finished, Date.now()) : Date.now(),
      code: known ? ExitCode : null,
      signal: known ? signalOf(ExitCode) : null,
      asked: this.#asked,
      outOfMemory: known && OOMKilled,
      restartedByOthers,
      lastLines: [],
      ...(restartCount > 0 ? { restartCount } : {}),
    };
    this.exits.push(exit);
    if (restartedByOthers) this.#asked = null;
    return exit;
  }
}

function signalOf(code: number): string | null {
  const found = Object.entries(constants.signals).find(([, number]) => number === code - SIGNAL_BASE);
  return found?.[0] ?? null;
}
