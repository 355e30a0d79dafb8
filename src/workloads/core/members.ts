import type { Msg, Subscription } from '@nats-io/transport-node';
import type { WorkloadRecord } from '../../history/workload-record.ts';
import type { Connection } from '../../nats/connect.ts';
import { Sender } from '../../nats/sender.ts';
import { sleep, withDeadline } from '../../support/deadline.ts';
import type { Milliseconds } from '../../support/units.ts';
import { closeAll, connectClients } from '../clients.ts';
import { markIn } from '../marking.ts';
import type { Tally } from '../tally.ts';
import { Wakeup } from '../wakeup.ts';
import type { RunningWorkload, WorkloadContext, WorkloadProgress } from '../workload.ts';

/** Messages that are under way between servers have arrived, once none has come for this long. */
const QUIET_MS: Milliseconds = 250;
/** How long that may take. */
const LEFT_MS: Milliseconds = 5_000;
const FLUSH_MS: Milliseconds = 1_000;

export interface MembersOptions {
  kind: string;
  target: string;
  subject: string;
  queue: string | undefined;
  members: number;
  node: string | undefined;
  /** Takes a message: writes it to the history, and counts it. It never throws. */
  readonly take: (message: Msg, from: From) => Promise<void> | void;
}

/** Who sent a message: its publisher's code and number; none of a message of others. */
export interface From {
  by: number;
  n: number;
}

/** Subscribes every member, and returns once the servers have the subscriptions. */
export async function startMembers(
  ctx: WorkloadContext,
  tally: Tally,
  options: MembersOptions,
): Promise<RunningWorkload> {
  const connections = await connectClients(ctx, options.members, options.node);
  const running = new RunningMembers(ctx, tally, connections, options);
  try {
    await Promise.all(
      connections.map((conn) => withDeadline(conn.flush(), FLUSH_MS * 10, `the subscription of ${ctx.name}`)),
    );
  } catch (error) {
    await closeAll(connections);
    throw error;
  }
  markIn(ctx, 'started');
  return running;
}

/** Members that take messages of a subject, until they are stopped: nothing is sent to them twice. */
class RunningMembers implements RunningWorkload {
  readonly #ctx: WorkloadContext;
  readonly #tally: Tally;
  readonly #connections: readonly Connection[];
  readonly #options: MembersOptions;
  readonly #sender: Sender;
  readonly #changed = new Wakeup();
  #state: 'running' | 'paused' | 'stopped' = 'running';
  #busy = 0;
  #subscriptions: Subscription[] = [];
  #lastAt = 0;
  #stopping: Promise<void> | undefined;

  constructor(
    ctx: WorkloadContext,
    tally: Tally,
    connections: readonly Connection[],
    options: MembersOptions,
  ) {
    this.#ctx = ctx;
    this.#tally = tally;
    this.#connections = connections;
    this.#options = options;
    this.#sender = new Sender(ctx.runId, ctx.publishers);
    this.#subscribe();
  }

  progress(): WorkloadProgress {
    const { ok: done, failed, unknown } = this.#tally.totals;
    return {
      done,
      failed,
      unknown,
      paused: this.#state === 'paused',
      finished: this.#state === 'stopped' && this.#busy === 0,
    };
  }

  /** Its members leave the group: what is sent meanwhile is for others, or for nobody. */
  async pause(): Promise<void> {
    if (this.#state === 'running') {
      this.#state = 'paused';
      this.#unsubscribe();
      markIn(this.#ctx, 'paused', `on request, after ${this.#tally.totals.ok} messages`);
    }
    while (this.#busy > 0) await this.#changed.next();
  }

  resume(): void {
    if (this.#state !== 'paused') return;
    this.#state = 'running';
    this.#subscribe();
    markIn(this.#ctx, 'resumed');
  }

  stop(giveUp?: AbortSignal): Promise<void> {
    this.#stopping ??= this.#stop(giveUp);
    return this.#stopping;
  }

  record(): WorkloadRecord {
    const { kind, target } = this.#options;
    return this.#tally.record(this.#ctx.name, kind, target);
  }

  #subscribe(): void {
    const { subject, queue } = this.#options;
    this.#subscriptions = this.#connections.map((conn) =>
      conn.subscribe(subject, {
        ...(queue === undefined ? {} : { queue }),
        callback: (error, message) => {
          if (error === null) void this.#take(message);
        },
      }),
    );
  }

  #unsubscribe(): void {
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
  }

  async #take(message: Msg): Promise<void> {
    this.#lastAt = performance.now();
    this.#busy += 1;
    this.#sender.read(message.data);
    const { by, n } = this.#sender;
    await this.#options.take(message, { by, n });
    this.#busy -= 1;
    this.#changed.set();
  }

  async #stop(giveUp: AbortSignal | undefined): Promise<void> {
    const t = this.#ctx.elapsedMs();
    await this.#takeTheRest(giveUp);
    this.#state = 'stopped';
    await closeAll(this.#connections);
    markIn(this.#ctx, 'stopped', `after ${this.#tally.totals.ok} messages`, t);
  }

  /** Whoever sends has ended by now. */
  async #takeTheRest(giveUp: AbortSignal | undefined): Promise<void> {
    const until = performance.now() + LEFT_MS;
    const from = performance.now();
    const isOver = () => giveUp?.aborted === true || this.#ctx.signal.aborted || performance.now() > until;
    while (!isOver()) {
      const quietMs = performance.now() - Math.max(this.#lastAt, from);
      if (this.#busy === 0 && quietMs >= QUIET_MS) return;
      await sleep(QUIET_MS / 5);
    }
  }
}
