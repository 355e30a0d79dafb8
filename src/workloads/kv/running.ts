import type { WorkloadRecord } from '../../history/workload-record.ts';
import { KV_OPERATIONS, type KvOperation } from '../../history/kv-log.ts';
import type { Connection } from '../../nats/connect.ts';
import { Bucket, bucketState, type Unanswered } from '../../nats/kv/bucket.ts';
import { demandRoom, identityOf } from '../../support/message-body.ts';
import { Sender } from '../../nats/sender.ts';
import { sleep, until, withDeadline } from '../../support/deadline.ts';
import { ChaosError } from '../../support/errors.ts';
import { randomFor } from '../../support/random.ts';
import { expandSubject } from '../../support/subject-template.ts';
import type { Milliseconds } from '../../support/units.ts';
import { KvClient } from './client.ts';
import type { KvOptions } from './options.ts';
import { KvRecord } from './record.ts';
import { KvWatcher } from './watcher.ts';
import { markIn } from '../marking.ts';
import { Tally } from '../tally.ts';
import { Wakeup } from '../wakeup.ts';
import type { RunningWorkload, WorkloadContext, WorkloadProgress } from '../workload.ts';

const READY_MS: Milliseconds = 30_000;
/** A schedule that is further behind begins anew: what was due then is left out. */
const CATCH_UP_MS: Milliseconds = 1000;
/** How long the watcher may take for what is left, once all clients have ended. */
const LEFT_MS: Milliseconds = 5000;
const CLOSE_MS: Milliseconds = 1000;
/** The largest number that an identity may have. */
const LAST_N = 2 ** 32 - 1;

/**
 * Begins to work on the keys of a bucket, once all of them are initialised.
 *
 * @throws ChaosError when it cannot connect, a value is too small for its identity, or the bucket does not answer
 */
export async function startKv(ctx: WorkloadContext, options: KvOptions): Promise<RunningWorkload> {
  demandRoom(identityOf(ctx.runId, ctx.name, LAST_N), options.size);
  const connections = await connectAll(ctx, options);
  try {
    const running = new KvRunning(ctx, options, connections, await readsOf(options, connections[0]));
    await running.begin();
    return running;
  } catch (error) {
    await Promise.all(connections.map((conn) => conn.close()));
    throw error;
  }
}

class KvRunning implements RunningWorkload {
  readonly #ctx: WorkloadContext;
  readonly #options: KvOptions;
  readonly #connections: readonly Connection[];
  readonly #clients: KvClient[];
  readonly #watcher: KvWatcher | undefined;
  readonly #keys: readonly string[];
  readonly #tally = new Tally();
  readonly #changed = new Wakeup();
  #state: 'running' | 'paused' | 'stopped' = 'running';
  #begun = 0;
  #busy = 0;
  #values = 0;
  #loops: Promise<void>[] = [];
  #stopping: Promise<void> | undefined;
  #giveUp: (why: Unanswered) => void = () => undefined;

  constructor(
    ctx: WorkloadContext,
    options: KvOptions,
    connections: readonly Connection[],
    reads: 'leader' | 'replica',
  ) {
    this.#ctx = ctx;
    this.#options = options;
    this.#connections = connections;
    this.#keys = expandSubject(options.keys);
    const name = bucketOf(options);
    const sender = new Sender(ctx.runId, ctx.publishers);
    const record = new KvRecord(
      ctx.history.kv(ctx.name),
      this.#tally,
      sender,
      ctx.publishers.indexOf(ctx.name),
    );
    const givenUp = new Promise<Unanswered>((resolve) => (this.#giveUp = resolve));
    this.#clients = Array.from(
      { length: options.clients },
      (_, number) =>
        new KvClient({
          number,
          bucket: new Bucket(connections[number] as Connection, name, options.timeout),
          keys: this.#keys,
          operations: operationsOf(options),
          reads,
          size: options.size,
          runId: ctx.runId,
          workload: ctx.name,
          random: randomFor(options.seed, `${ctx.name} ${number}`),
          record,
          nextValue: () => ++this.#values,
          now: ctx.elapsedMs,
          givenUp,
        }),
    );
    const watching = connections[options.clients];
    if (watching !== undefined)
      this.#watcher = new KvWatcher(watching, name, (key, entry) =>
        record.watched(options.clients, key, entry, ctx.elapsedMs()),
      );
    ctx.signal.addEventListener('abort', () => this.#abandon('interrupted before an answer came'));
  }

  /** Initialises the keys, and lets the clients begin. */
  async begin(): Promise<void> {
    if (this.#options.initialise) await this.#initialise();
    markIn(this.#ctx, 'started');
    const start = this.#ctx.elapsedMs();
    this.#loops = this.#clients.map((client, number) => this.#loop(client, number, start));
  }

  progress(): WorkloadProgress {
    const { ok, failed, unknown } = this.#tally.totals;
    const finished = this.#state === 'stopped' || this.#begun === this.#options.count;
    return {
      done: ok,
      failed,
      unknown,
      paused: this.#state === 'paused',
      finished: finished && this.#busy === 0,
    };
  }

  async pause(): Promise<void> {
    if (this.#state === 'running') {
      this.#state = 'paused';
      markIn(this.#ctx, 'paused', `on request, after ${this.#begun} operations`);
    }
    while (this.#busy > 0) await this.#changed.next();
  }

  resume(): void {
    if (this.#state !== 'paused') return;
    this.#state = 'running';
    markIn(this.#ctx, 'resumed');
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
    return this.#tally.record(this.#ctx.name, 'kv', this.#options.bucket.replace('/', '/KV_'));
  }

  async #initialise(): Promise<void> {
    const { elapsedMs, signal } = this.#ctx;
    const [first] = this.#clients;
    const [conn] = this.#connections;
    if (first === undefined || conn === undefined) return;
    for (const key of this.#keys) {
      const written = async (): Promise<boolean> => {
        await first.write('put', key, elapsedMs(), undefined, true);
        return first.hasWritten(key);
      };
      await until(written, { timeoutMs: READY_MS, everyMs: 100, signal, what: `the first value of ${key}` });
    }
    const settled = async () => (await bucketState(conn, bucketOf(this.#options))).settled;
    const what = `every replica of ${this.#options.bucket} to have all keys`;
    await until(settled, { timeoutMs: READY_MS, everyMs: 50, signal, what });
  }

  async #loop(client: KvClient, number: number, start: Milliseconds): Promise<void> {
    const { clients, rate, count = Infinity } = this.#options;
    const everyMs = (1000 * clients) / rate;
    const now = this.#ctx.elapsedMs;
    let due = start + (everyMs * number) / clients;
    for (;;) {
      await this.#waitUntil(due);
      if (this.#state === 'paused') {
        await this.#changed.next();
        due = now() + (everyMs * number) / clients;
        continue;
      }
      if (this.#isOver() || this.#begun >= count) return;
      this.#begun += 1;
      this.#busy += 1;
      await client.act(due);
      this.#busy -= 1;
      if (this.#busy === 0) this.#changed.set();
      due = Math.max(due + everyMs, now() - CATCH_UP_MS);
    }
  }

  async #waitUntil(due: Milliseconds): Promise<void> {
    const ms = due - this.#ctx.elapsedMs();
    if (ms > 0 && !this.#isOver()) await Promise.race([sleep(ms), this.#whenOver()]);
  }

  async #whenOver(): Promise<void> {
    while (!this.#isOver()) await this.#changed.next();
  }

  #isOver(): boolean {
    return this.#state === 'stopped' || this.#ctx.signal.aborted;
  }

  #abandon(error: string): void {
    this.#giveUp({ outcome: 'unknown', error });
    this.#changed.set();
  }

  async #stop(): Promise<void> {
    this.#state = 'stopped';
    const t = this.#ctx.elapsedMs();
    this.#changed.set();
    await Promise.all(this.#loops);
    await this.#watchTheRest();
    await this.#watcher?.close();
    const closing = this.#connections.map((conn) =>
      withDeadline(conn.close(), CLOSE_MS, 'closing the connection').catch(() => undefined),
    );
    await Promise.all(closing);
    markIn(this.#ctx, 'stopped', `after ${this.#begun} operations`, t);
  }

  /** Gives the watcher time for what is there: it may say what became of writes without an answer. */
  async #watchTheRest(): Promise<void> {
    const [conn] = this.#connections;
    const watcher = this.#watcher;
    if (conn === undefined || watcher === undefined || this.#ctx.signal.aborted) return;
    const reached = bucketState(conn, bucketOf(this.#options)).then(({ lastRevision }) =>
      watcher.reached(lastRevision),
    );
    await withDeadline(reached, LEFT_MS, 'the last entries of the bucket').catch(() => undefined);
  }
}

/** One for each client, and one for the watcher; they begin at the nodes in turn. */
async function connectAll(ctx: WorkloadContext, options: KvOptions): Promise<Connection[]> {
  const { clients, node, watch } = options;
  const connecting = Array.from({ length: clients + (watch ? 1 : 0) }, (_, number) =>
    ctx.connect({
      name:
        number === 0 ? ctx.name : number === clients ? `${ctx.name} watcher` : `${ctx.name} ${number + 1}`,
      ...(node === undefined ? { first: number } : { node }),
    }),
  );
  const all = await Promise.allSettled(connecting);
  const open = all.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
  const failed = all.find((one) => one.status === 'rejected');
  if (failed === undefined) return open;
  await Promise.all(open.map((conn) => conn.close()));
  throw failed.reason;
}

async function readsOf(options: KvOptions, conn: Connection | undefined): Promise<'leader' | 'replica'> {
  if (conn === undefined) throw new ChaosError('failed', `${options.bucket}: there is no connection`);
  const { allowDirect } = await bucketState(conn, bucketOf(options));
  if (options.reads === 'replica' && !allowDirect)
    throw new ChaosError('invalid', `${options.bucket} lets no replica answer reads`, {
      hint: 'Give the bucket `allowDirect: true`, or the workload `reads: leader`.',
    });
  return options.reads ?? (allowDirect ? 'replica' : 'leader');
}

function operationsOf({ operations }: KvOptions): KvOperation[] {
  const weights = operations as Partial<Record<KvOperation, number>>;
  return KV_OPERATIONS.flatMap((op) => Array.from({ length: weights[op] ?? 0 }, () => op));
}

function bucketOf({ bucket }: KvOptions): string {
  return bucket.split('/')[1] ?? bucket;
}
