import { troublesOf, slotsFor, type FleetTrouble, type WaitingRuns } from '../../fleet/troubles.ts';
import type { Needs } from '../../fleet/needs.ts';
import type { RunState, WorkerState } from '../../fleet/state.ts';
import { ensureAssets } from '../../nats/queue/assets.ts';
import { Queue, type QueueAccess } from '../../nats/queue/queue.ts';
import { printable } from '../../report/text.ts';
import { systemClock } from '../../support/clock.ts';
import { madeOnce } from '../../support/made-once.ts';
import { FleetView } from './fleet-view.ts';
import { insist } from './insist.ts';

/** A run that this process waits for. */
interface Outstanding {
  label: string;
  hash: string;
  needs: Needs;
  /** Null: no worker has taken it yet. */
  state: RunState | null;
}

export interface FleetOutput {
  /** A line of progress. */
  readonly say: (line: string) => void;
  /** Something that keeps runs from being carried out. */
  readonly warn: (line: string) => void;
}

const POLL_MS = 5_000;
const SUMMARY_EVERY_MS = 10_000;
/** Changes come in swarms, and a queue that has just been given runs has not been asked for them yet. */
const JUDGE_AFTER_MS = 1_500;

/** One who has runs carried out by a fleet: its connection, what it knows of the workers, and what it reports to people. */
export class Asking {
  readonly queue: Queue;
  /** By suite and run. */
  readonly outstanding = new Map<string, Outstanding>();
  readonly #view: FleetView;
  readonly #output: FleetOutput;
  readonly #done = new Map<string, Promise<unknown>>();
  readonly #delivered = new Map<string, { count: number; sinceMs: number }>();
  readonly #undelivered = new Map<string, number>();
  #troubles: FleetTrouble[] = [];
  #summary = '';
  #summarizedMs = -Infinity;
  #isClosed = false;
  #judging: NodeJS.Timeout | undefined;
  readonly #poll: NodeJS.Timeout;
  readonly #closing: (() => Promise<void>)[] = [];

  /** @throws ChaosError `unavailable` when the queue cannot be reached, or what it needs there cannot be made */
  static async open(access: QueueAccess, output: FleetOutput, signal: AbortSignal): Promise<Asking> {
    const queue = await Queue.open(access, 'nats-chaos/asker', signal);
    try {
      await insist(() => ensureAssets(queue), signal);
      return new Asking(queue, output);
    } catch (thrown) {
      await queue.close();
      throw thrown;
    }
  }

  private constructor(queue: Queue, output: FleetOutput) {
    this.queue = queue;
    this.#output = output;
    this.#view = new FleetView(queue, () => this.changed());
    this.#poll = setInterval(() => void this.#measure().catch(() => undefined), POLL_MS);
  }

  get workers(): WorkerState[] {
    return this.#view.workers;
  }

  /** How many runs with these needs the workers that are there now can have at once; at least 1. */
  async slotsFor(needs: Needs): Promise<number> {
    await this.#view.known;
    return Math.max(1, slotsFor(needs, this.workers));
  }

  /** Does something once, for all that ask for it by the same name; again for the next one after it has failed. */
  async once<T>(name: string, action: () => Promise<T>): Promise<T> {
    const known = madeOnce(this.#done, name, action) as Promise<T>;
    try {
      return await known;
    } catch (thrown) {
      if (this.#done.get(name) === known) this.#done.delete(name);
      throw thrown;
    }
  }

  say(line: string): void {
    this.#output.say(printable(line));
  }

  /** What people are shown is judged anew, soon. */
  changed(): void {
    if (this.#isClosed) return;
    this.#judging ??= setTimeout(() => {
      this.#judging = undefined;
      this.#judge();
    }, JUDGE_AFTER_MS);
  }

  /** Called before the connection is closed. */
  onClose(action: () => Promise<void>): void {
    this.#closing.push(action);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#poll);
    clearTimeout(this.#judging);
    await Promise.all([this.#view.close(), ...this.#closing.map((action) => action())]);
    await this.queue.close();
  }

  #judge(): void {
    const troubles = troublesOf({
      workers: this.workers,
      waiting: this.#waiting(),
      halt: this.#view.halt,
    });
    const ids = new Set(this.#troubles.map(({ id }) => id));
    for (const { id, text } of troubles) if (!ids.has(id)) this.#output.warn(printable(text));
    const over = this.#troubles.length > 0 && troubles.length === 0 && this.outstanding.size > 0;
    if (over) this.say('the fleet goes on');
    this.#troubles = troubles;
    this.#summarize();
  }

  #waiting(): WaitingRuns[] {
    const byHash = new Map<string, WaitingRuns>();
    for (const { hash, needs, label, state } of this.outstanding.values()) {
      if (state !== null && state.state !== 'waiting') continue;
      const known = byHash.get(hash);
      const undeliveredMs = this.#undelivered.get(hash) ?? 0;
      if (known === undefined) byHash.set(hash, { needs, queued: 1, example: label, undeliveredMs });
      else known.queued += 1;
    }
    return [...byHash.values()];
  }

  #summarize(): void {
    const now = systemClock.monotonicMs();
    if (this.outstanding.size === 0 || now - this.#summarizedMs < SUMMARY_EVERY_MS) return;
    const all = [...this.outstanding.values()];
    const queued = all.filter(({ state }) => state === null || state.state === 'waiting').length;
    const { workers } = this;
    const [slots, busy] = (['slots', 'busy'] as const).map((field) =>
      workers.reduce((sum, worker) => sum + worker[field], 0),
    );
    const text = `fleet: ${workers.length} ${workers.length === 1 ? 'worker' : 'workers'}, ${busy} of ${slots} slots busy; ${all.length - queued} under way, ${queued} queued`;
    if (text === this.#summary) return;
    this.#summary = text;
    this.#summarizedMs = now;
    this.say(text);
  }

  /** Notices a queue that has runs and delivers none to workers that could do them and have a free slot. */
  async #measure(): Promise<void> {
    const hashes = [...new Set([...this.outstanding.values()].map(({ hash }) => hash))];
    const now = systemClock.monotonicMs();
    for (const { needs: hash, pending, delivered } of await this.queue.runs.waiting(hashes)) {
      const before = this.#delivered.get(hash);
      const needs = [...this.outstanding.values()].find((one) => one.hash === hash)?.needs;
      const isIdle =
        needs !== undefined &&
        slotsFor(
          needs,
          this.workers.filter(({ slots, busy }) => busy < slots),
        ) > 0;
      const stuck = pending > 0 && isIdle && this.#view.halt === null && before?.count === delivered;
      if (!stuck) this.#delivered.set(hash, { count: delivered, sinceMs: now });
      this.#undelivered.set(hash, stuck ? now - before.sinceMs : 0);
    }
    this.changed();
  }
}
