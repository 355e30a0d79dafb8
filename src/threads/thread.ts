import { isMainThread, parentPort } from 'node:worker_threads';
import { HistoryRecorder } from '../history/recorder.ts';
import { auditReplicas, auditStream, type StreamAudit } from '../nats/audit/audit.ts';
import {
  connect,
  withConnection,
  type Access,
  type Connection,
  type ConnectOptions,
} from '../nats/connect.ts';
import { ChaosError } from '../support/errors.ts';
import { offsetToSharedClock } from '../support/clock-offset.ts';
import { fromPlainError, toPlainError } from '../support/plain-error.ts';
import { workloads as kinds } from '../workloads/index.ts';
import type { RunningWorkload } from '../workloads/workload.ts';
import type {
  Asked,
  AuditOrder,
  FromThread,
  Reach,
  Request,
  ThreadData,
  ToThread,
  WorkloadOrder,
} from './messages.ts';
import { ProgressBoard } from './progress-board.ts';

/** Fresher than any reading of the progress needs it. */
const BOARD_EVERY_MS = 20;

/**
 * A thread that generates load and reads streams back, so that probes, faults and proofs, in the main thread, keep their
 * times under any load.
 */
class Thread {
  readonly #data: ThreadData;
  readonly #tell: (message: FromThread) => void;
  readonly #history: HistoryRecorder;
  readonly #board: ProgressBoard;
  readonly #abort = new AbortController();
  readonly #workloads = new Map<number, { running: RunningWorkload; giveUp: AbortController }>();
  /** What is added to `performance.now()` of this thread to get the time since the run began. */
  readonly #offsetMs: number;
  readonly #timer: NodeJS.Timeout;

  constructor(data: ThreadData, tell: (message: FromThread) => void) {
    this.#data = data;
    this.#tell = tell;
    this.#history = new HistoryRecorder(data.folder, (thrown) => tell({ trouble: toPlainError(thrown) }));
    this.#board = new ProgressBoard(data.board);
    this.#offsetMs = offsetToSharedClock(() => performance.now()) - data.epochMs;
    this.#timer = setInterval(() => this.#show(), BOARD_EVERY_MS);
  }

  async answer(message: Asked): Promise<void> {
    const { call } = message;
    try {
      this.#tell({ call, value: await this.#do(message) });
    } catch (thrown) {
      this.#tell({ call, error: toPlainError(thrown) });
    }
  }

  async #do(request: Request): Promise<unknown> {
    switch (request.ask) {
      case 'start':
        return this.#start(request.order);
      case 'pause':
        await this.#workload(request.at).running.pause();
        {
          this.#show();
          return;
        }
      case 'resume':
        this.#workload(request.at).running.resume();
        {
          this.#show();
          return;
        }
      case 'giveUp': {
        this.#workload(request.at).giveUp.abort();
        return;
      }
      case 'stop':
        return this.#stop(request.at);
      case 'audit':
        return this.#audit(request.order);
      case 'flush': {
        this.#history.flush();
        return;
      }
      case 'close':
        clearInterval(this.#timer);
        {
          this.#history.close();
          return;
        }
      case 'abort': {
        const { reason } = request;
        this.#abort.abort(typeof reason === 'string' ? reason : fromPlainError(reason));
        return;
      }
    }
  }

  async #start({ at, name, kind, cluster, options, reach }: WorkloadOrder): Promise<void> {
    const workload = kinds.find((one) => one.kind === kind);
    if (workload === undefined) throw new ChaosError('failed', `there is no workload of kind ${kind}`);
    const running = await workload.start(
      {
        name,
        runId: this.#data.runId,
        seed: this.#data.seed,
        publishers: this.#data.publishers,
        ...(reach.accounts ? { everyone: everyoneOf(reach, reach.accounts) } : {}),
        reach,
        connect: (wanted) => this.#connect(cluster, reach, wanted),
        history: this.#history,
        elapsedMs: () => performance.now() + this.#offsetMs,
        signal: this.#abort.signal,
      },
      options,
    );
    this.#workloads.set(at, { running, giveUp: new AbortController() });
    this.#show();
  }

  async #stop(at: number): Promise<unknown> {
    const { running, giveUp } = this.#workload(at);
    await running.stop(giveUp.signal);
    this.#show();
    return running.record();
  }

  async #audit({ reach, replicas = false, ...order }: AuditOrder): Promise<string[]> {
    const connecting = this.#connect('', reach, { name: 'nats-chaos/audit' });
    const unread: string[] = [];
    const take = (audit: StreamAudit): void => {
      this.#history.append(audit);
      if (!audit.complete) unread.push(audit.stream);
    };
    await withConnection(connecting, async (connection) => {
      const { runId, publishers } = this.#data;
      const options = { runId, publishers, signal: this.#abort.signal, ...order };
      const logOf = (address: string) => this.#history.stored(address);
      take(await auditStream(connection, options, logOf(order.address)));
      if (!replicas) return;
      for await (const audit of auditReplicas(connection, options, logOf)) take(audit);
    });
    return unread;
  }

  #connect(
    cluster: string,
    reach: Reach,
    { node, first = 0, name, as }: ConnectOptions,
  ): Promise<Connection> {
    const access = as === undefined ? reach.access : accessAs(reach, as);
    const some = reach.servers.filter(
      (entry) => node === undefined || entry.node === node || entry.node === `${cluster}/${node}`,
    );
    const { signal } = this.#abort;
    const at = first % Math.max(1, some.length);
    const inTurn = [...some.slice(at), ...some.slice(0, at)].map(({ server }) => server);
    return connect({ ...access, servers: inTurn, name, signal });
  }

  #workload(at: number) {
    const workload = this.#workloads.get(at);
    if (workload === undefined) throw new ChaosError('failed', `no workload ${at} runs in this thread`);
    return workload;
  }

  #show(): void {
    for (const [at, { running }] of this.#workloads) this.#board.write(at, running.progress());
  }
}

function everyoneOf({ servers }: Reach, accounts: NonNullable<Reach['accounts']>) {
  return { accounts: accounts.map(({ rights }) => rights), nodes: servers.map(({ node }) => node) };
}

/** @throws ChaosError where there is no such account or user */
function accessAs({ accounts = [] }: Reach, { account, user }: NonNullable<ConnectOptions['as']>): Access {
  const reach = accounts.find(({ rights }) => rights.name === account);
  const access = user === undefined ? reach?.runner : reach?.users[user];
  if (access === undefined)
    throw new ChaosError('failed', `there is no user ${user ?? ''} of account ${account}`);
  return access;
}

if (!isMainThread && parentPort !== null) {
  const port = parentPort;
  let thread: Thread | undefined;
  port.on('message', (message: ToThread) => {
    if ('begin' in message) thread = new Thread(message.begin, (answer) => port.postMessage(answer));
    else void thread?.answer(message);
  });
}
