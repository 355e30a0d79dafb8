import { setMaxListeners } from 'node:events';
import { hostname } from 'node:os';
import { BEAT_EVERY_MS, GIVE_BACK_DELAY_MS, PULL_WAIT_MS } from '../../fleet/limits.ts';
import { runName } from '../../fleet/names.ts';
import { lacks, type Needs, type Offer } from '../../fleet/needs.ts';
import { byDemand, fits } from '../../fleet/room.ts';
import type { Halt, WorkerState } from '../../fleet/state.ts';
import type { Lease } from '../../nats/queue/lease.ts';
import type { Queue } from '../../nats/queue/queue.ts';
import { sleep } from '../../support/deadline.ts';
import { messageOf } from '../../support/errors.ts';
import type { Milliseconds } from '../../support/units.ts';
import { Assignment, type Ended } from './assignment.ts';
import type { CarryOut, Running } from './carried.ts';

export interface WorkerOptions {
  queue: Queue;
  /** Of this start of the worker: small letters, digits and hyphens. */
  id: string;
  version: string;
  slots: number;
  /** What it offers, given the programs that runs on the queue ask for. */
  readonly offer: (programs: readonly string[]) => Offer;
  readonly carryOut: CarryOut;
  /** Its reason is the signal that ends the worker. */
  signal: AbortSignal;
  /** It takes no run after this time, and ends once those that are going on have ended. */
  stopAfterMs?: Milliseconds;
  /** It ends when it has had nothing to do for so long. */
  idleMs?: Milliseconds;
  /** A line for people. */
  readonly say: (line: string) => void;
}

/** Takes runs off a queue as its slots allow, until it is stopped; what it has taken then is undone and given back. */
export class Worker {
  readonly #options: WorkerOptions;
  readonly #needs = new Map<string, Needs>();
  readonly #running = new Map<Lease, Running>();
  readonly #cancelled = new Set<string>();
  readonly #watches = new AbortController();
  readonly #began = performance.now();
  readonly #since = new Date().toISOString();
  #offer: Offer;
  #halt: Halt | null = null;
  #leaving: string | undefined;
  #done = 0;
  #busyAt = performance.now();
  #turn = 0;
  #wake: () => void = () => undefined;

  constructor(options: WorkerOptions) {
    this.#options = options;
    this.#offer = options.offer([]);
    // Each watch and each pause between two beats listens to it.
    setMaxListeners(0, this.#watches.signal);
  }

  /** @returns why it has ended, and whether it has left something behind */
  async run(): Promise<{ why: string; done: number; unclean: boolean }> {
    const { queue, signal, id, say } = this.#options;
    const onSignal = (): void =>
      this.#leave(`stopped by ${String(signal.reason)}`, signal.reason as 'SIGINT');
    signal.addEventListener('abort', onSignal, { once: true });
    const watching = this.#watch();
    const beating = this.#beat();
    if (signal.aborted) onSignal();
    let unclean = false;
    while (this.#goesOn()) {
      const lease = await this.#next();
      if (lease === null) continue;
      const needs = this.#needs.get(lease.needs);
      if (needs === undefined || !this.#mayTake(needs) || this.#leaving !== undefined) {
        lease.giveBack(1);
        continue;
      }
      this.#start(lease, needs, (ended) => (unclean ||= ended === 'unclean'));
    }
    while (this.#running.size > 0) await this.#changed();
    this.#watches.abort();
    signal.removeEventListener('abort', onSignal);
    await queue.states
      .leave(id)
      .catch((thrown: unknown) =>
        say(`the queue does not know that this worker has left: ${messageOf(thrown)}`),
      );
    await Promise.allSettled([...watching, beating]);
    return { why: this.#leaving ?? '', done: this.#done, unclean };
  }

  /** Whether it is to look for another run; says why not. */
  #goesOn(): boolean {
    const { stopAfterMs, idleMs } = this.#options;
    const now = performance.now();
    if (this.#running.size > 0) this.#busyAt = now;
    if (stopAfterMs !== undefined && now - this.#began >= stopAfterMs) this.#leave('its time was up');
    if (idleMs !== undefined && this.#halt === null && now - this.#busyAt >= idleMs)
      this.#leave('it had nothing to do');
    return this.#leaving === undefined;
  }

  #leave(why: string, signal?: 'SIGINT' | 'SIGTERM'): void {
    if (this.#leaving === undefined) this.#options.say(`takes no more runs: ${why}`);
    this.#leaving ??= why;
    if (signal !== undefined) for (const running of this.#running.values()) running.abort(signal);
    this.#wake();
  }

  /** The next run; null when there is none now, after a while. */
  async #next(): Promise<Lease | null> {
    const open = [...this.#needs].filter(([, needs]) => this.#mayTake(needs));
    if (this.#halt !== null || open.length === 0) {
      await this.#changed();
      return null;
    }
    const { runs } = this.#options.queue;
    try {
      for (const [hash] of open.sort(([, a], [, b]) => byDemand(a, b))) {
        const lease = await runs.take(hash, 0);
        if (lease !== null) return lease;
      }
      const [hash = ''] = open[this.#turn++ % open.length] ?? [];
      return await runs.take(hash, PULL_WAIT_MS);
    } catch (thrown) {
      this.#options.say(`the queue does not answer: ${messageOf(thrown)}`);
      await this.#changed();
      return null;
    }
  }

  #mayTake(needs: Needs): boolean {
    const { slots } = this.#options;
    if (lacks(needs, this.#offer).length > 0 || this.#running.size >= slots) return false;
    const running = [...this.#running.values()].map((one) => one.needs);
    return this.#halt === null && fits(needs, running, { slots, cores: this.#offer.cores });
  }

  #start(lease: Lease, needs: Needs, onEnded: (ended: Ended) => void): void {
    const { queue, id, carryOut, say } = this.#options;
    const aborting = new AbortController();
    const running: Running = { needs, abort: (reason) => aborting.abort(reason) };
    this.#running.set(lease, running);
    const assignment = new Assignment({
      queue,
      lease,
      needs,
      worker: { id, host: hostname() },
      carryOut,
      signal: aborting.signal,
      isCancelled: () => this.#cancelled.has(lease.key.suite),
    });
    void assignment
      .carryOut()
      .then(
        ({ ended, text }) => {
          say(`${runName(lease.key)} ${text}`);
          if (ended === 'unclean') this.#leave('a run has left something behind');
          if (ended === 'done' || ended === 'unclean') this.#done += 1;
          onEnded(ended);
        },
        (thrown: unknown) => {
          lease.giveBack(GIVE_BACK_DELAY_MS);
          say(`${runName(lease.key)} is given back: ${messageOf(thrown)}`);
        },
      )
      .finally(() => {
        this.#running.delete(lease);
        this.#wake();
      });
  }

  /** Until something has changed, or a little later. */
  #changed(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, PULL_WAIT_MS);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #watch(): Promise<void>[] {
    const { control } = this.#options.queue;
    const { signal } = this.#watches;
    return [
      this.#insist(() => control.watchHalt(signal, (halt) => this.#onHalt(halt))),
      this.#insist(() => control.watchNeeds(signal, (hash, needs) => this.#onNeeds(hash, needs))),
      this.#insist(() =>
        control.watchCancelled(signal, (suite, halt) => this.#onCancelled(suite, halt !== null)),
      ),
      this.#insist(() => this.#askForHalt(signal)),
    ];
  }

  /** A watch that breaks, or cannot begin, is begun anew. */
  async #insist(watch: () => Promise<void>): Promise<void> {
    const { signal } = this.#watches;
    while (!signal.aborted) {
      await watch().catch(() => undefined);
      await sleep(1_000, signal).catch(() => undefined);
    }
  }

  /** The lever must not depend on a watch alone, which may be silent while the queue elects leaders. */
  async #askForHalt(signal: AbortSignal): Promise<void> {
    await sleep(BEAT_EVERY_MS, signal);
    const halt = await this.#options.queue.control.halted();
    if ((halt === null) !== (this.#halt === null)) this.#onHalt(halt);
  }

  #onHalt(halt: Halt | null): void {
    if (halt !== null && this.#halt === null) {
      this.#options.say(`halted by ${halt.by}: ${halt.reason}`);
      for (const running of this.#running.values()) running.abort('SIGTERM');
    }
    if (halt === null && this.#halt !== null) this.#options.say('goes on: the halt is over');
    this.#halt = halt;
    this.#busyAt = performance.now();
    this.#wake();
  }

  #onNeeds(hash: string, needs: Needs | null): void {
    if (needs === null) this.#needs.delete(hash);
    else this.#needs.set(hash, needs);
    const programs = [...new Set([...this.#needs.values()].flatMap((one) => one.programs))];
    this.#offer = this.#options.offer(programs);
    this.#wake();
  }

  #onCancelled(suite: string, isOn: boolean): void {
    if (!isOn) this.#cancelled.delete(suite);
    else this.#cancelled.add(suite);
    for (const [{ key }, running] of this.#running) if (isOn && key.suite === suite) running.abort('SIGTERM');
  }

  async #beat(): Promise<void> {
    const { queue } = this.#options;
    const { signal } = this.#watches;
    while (!signal.aborted) {
      await queue.states.beat(this.#state()).catch(() => undefined);
      await sleep(BEAT_EVERY_MS, signal).catch(() => undefined);
    }
  }

  #state(): WorkerState {
    const { id, version, slots } = this.#options;
    return {
      ...{ id, version, slots, host: hostname(), offer: this.#offer, busy: this.#running.size },
      ...{ since: this.#since, done: this.#done },
      ...(this.#leaving === undefined ? {} : { leaving: this.#leaving }),
    };
  }
}
