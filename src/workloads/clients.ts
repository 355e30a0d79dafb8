import type { WorkloadRecord } from '../history/workload-record.ts';
import type { Connection } from '../nats/connect.ts';
import { sleep, withDeadline } from '../support/deadline.ts';
import type { Milliseconds } from '../support/units.ts';
import { pausePoints } from './fields.ts';
import { markIn } from './marking.ts';
import type { Tally } from './tally.ts';
import { Wakeup } from './wakeup.ts';
import type { RunningWorkload, WorkloadContext, WorkloadProgress } from './workload.ts';

/** A schedule that is further behind begins anew: what was due then is left out. */
const CATCH_UP_MS: Milliseconds = 1000;
const CLOSE_MS: Milliseconds = 1000;

/** What became of a request without an answer; the servers may have carried it out. */
export interface GivenUp {
  outcome: 'unknown';
  error: string;
}

/** One of the clients of a workload. */
export interface Client {
  /** Carries out one operation, and writes it to the history. @param due when it was to begin */
  act(due: Milliseconds): Promise<void>;
}

/** A connection, of whatever protocol. */
interface Closable {
  close(): Promise<void>;
}

export interface ClientsOptions {
  ctx: WorkloadContext;
  kind: string;
  target: string;
  tally: Tally;
  connections: readonly Closable[];
  clients: readonly Client[];
  /** How many operations all clients begin together, a second. */
  rate: number;
  count?: number | undefined;
  /** After how many operations it pauses by itself. */
  pauseAt?: number | number[] | undefined;
  /** How many operations a client may have under way. */
  atOnce: number;
  giveUp: (why: GivenUp) => void;
  /** What is left to do once all clients have ended, before their connections are closed. */
  last?: (isOver: () => boolean) => Promise<void>;
}

/** Clients that begin operations by a common pace, each of them at its own times, whatever becomes of the others. */
export class RunningClients implements RunningWorkload {
  readonly #options: ClientsOptions;
  readonly #changed = new Wakeup();
  readonly #loops: Promise<void>[];
  readonly #pausePoints: number[];
  #state: 'running' | 'paused' | 'stopped' = 'running';
  #isAbandoned = false;
  #begun = 0;
  #busy = 0;
  #stopping: Promise<void> | undefined;

  /** Begins at once. */
  constructor(options: ClientsOptions) {
    this.#options = options;
    const { ctx, clients } = options;
    this.#pausePoints = pausePoints(options.pauseAt);
    ctx.signal.addEventListener('abort', () => this.#abandon('interrupted before an answer came'));
    markIn(ctx, 'started');
    const start = ctx.elapsedMs();
    this.#loops = clients.map((client, number) => this.#loop(client, number, start));
  }

  progress(): WorkloadProgress {
    const { tally, count } = this.#options;
    const { ok: done, failed, unknown } = tally.totals;
    const finished = this.#state === 'stopped' || this.#begun === count;
    const paused = this.#state === 'paused';
    return { done, failed, unknown, paused, finished: finished && this.#busy === 0 };
  }

  async pause(): Promise<void> {
    if (this.#state === 'running') this.#pause('on request');
    while (this.#busy > 0) await this.#changed.next();
  }

  resume(): void {
    if (this.#state !== 'paused') return;
    this.#state = 'running';
    markIn(this.#options.ctx, 'resumed');
    this.#changed.set();
  }

  stop(giveUp?: AbortSignal): Promise<void> {
    const abandon = (): void => this.#abandon('no answer came before the drain was over');
    giveUp?.addEventListener('abort', abandon, { once: true });
    if (giveUp?.aborted === true) abandon();
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  record(): WorkloadRecord {
    const { ctx, kind, target, tally } = this.#options;
    return tally.record(ctx.name, kind, target);
  }

  async #loop(client: Client, number: number, start: Milliseconds): Promise<void> {
    const { ctx, clients, rate, count = Infinity, atOnce } = this.#options;
    const everyMs = (1000 * clients.length) / rate;
    const ownMs = (1000 * number) / rate;
    let due = start + ownMs;
    let open = 0;
    for (;;) {
      await this.#waitUntil(due);
      if (this.#state === 'paused') {
        await this.#changed.next();
        due = ctx.elapsedMs() + ownMs;
        continue;
      }
      if (this.#isOver() || this.#begun >= count) break;
      if (open >= atOnce) {
        await this.#changed.next();
        due = Math.max(due, ctx.elapsedMs() - CATCH_UP_MS);
        continue;
      }
      this.#begun += 1;
      this.#busy += 1;
      open += 1;
      if (this.#pausePoints.includes(this.#begun)) this.#pause('by itself');
      void client.act(due).finally(() => {
        open -= 1;
        this.#busy -= 1;
        this.#changed.set();
      });
      due = Math.max(due + everyMs, ctx.elapsedMs() - CATCH_UP_MS);
    }
    while (open > 0) await this.#changed.next();
  }

  async #waitUntil(due: Milliseconds): Promise<void> {
    const ms = due - this.#options.ctx.elapsedMs();
    if (ms > 0 && !this.#isOver()) await Promise.race([sleep(ms), this.#whenOver()]);
  }

  async #whenOver(): Promise<void> {
    while (!this.#isOver()) await this.#changed.next();
  }

  #pause(why: string): void {
    this.#state = 'paused';
    markIn(this.#options.ctx, 'paused', `${why}, after ${this.#begun} operations`);
    this.#changed.set();
  }

  #isOver(): boolean {
    return this.#state === 'stopped' || this.#options.ctx.signal.aborted;
  }

  #abandon(error: string): void {
    this.#isAbandoned = true;
    this.#options.giveUp({ outcome: 'unknown', error });
    this.#changed.set();
  }

  async #stop(): Promise<void> {
    const { ctx, connections } = this.#options;
    this.#state = 'stopped';
    const t = ctx.elapsedMs();
    this.#changed.set();
    await Promise.all(this.#loops);
    await this.#options.last?.(() => this.#isAbandoned || ctx.signal.aborted);
    await closeAll(connections);
    markIn(ctx, 'stopped', `after ${this.#begun} operations`, t);
  }
}

/** One connection for each client; they begin at the nodes of the cluster in turn, unless all are for one of them. */
export async function connectClients(
  ctx: WorkloadContext,
  clients: number,
  node: string | undefined,
): Promise<Connection[]> {
  const connecting = Array.from({ length: clients }, (_, number) =>
    ctx.connect({
      name: number === 0 ? ctx.name : `${ctx.name} ${number + 1}`,
      ...(node === undefined ? { first: number } : { node }),
    }),
  );
  const all = await Promise.allSettled(connecting);
  const open = all.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
  const failed = all.find((one) => one.status === 'rejected');
  if (failed === undefined) return open;
  await closeAll(open);
  throw failed.reason;
}

export async function closeAll(connections: readonly Closable[]): Promise<void> {
  const closing = connections.map((conn) =>
    withDeadline(conn.close(), CLOSE_MS, 'closing the connection').catch(() => undefined),
  );
  await Promise.all(closing);
}
