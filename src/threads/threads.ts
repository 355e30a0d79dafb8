import { availableParallelism } from 'node:os';
import { offsetToSharedClock } from '../support/clock-offset.ts';
import type { Milliseconds } from '../support/units.ts';
import type { RunningWorkload } from '../workloads/workload.ts';
import type { AuditOrder, ThreadData, WorkloadOrder } from './messages.ts';
import { ProgressBoard } from './progress-board.ts';
import { RemoteWorkload } from './remote-workload.ts';
import { ThreadHandle, type ThreadOptions } from './thread-handle.ts';

export interface ThreadsOptions extends Omit<ThreadOptions, 'data'> {
  data: Omit<ThreadData, 'board' | 'epochMs'>;
  /** Milliseconds since the run began. */
  readonly elapsedMs: () => Milliseconds;
  /** How many workloads there will be, and how many streams to read back. */
  workloads: number;
  streams: number;
}

/** Two at least, so that who publishes and who consumes do not wait for each other; the servers need the other cores. */
function threadsFor(tasks: number): number {
  return Math.min(tasks, Math.max(2, availableParallelism() - 1));
}

/** The threads of a run: they start at once, and wait for workloads to start and streams to read back. */
export class Threads {
  readonly #handles: ThreadHandle[];
  /** How many of them there were from the beginning. */
  readonly #shared: number;
  readonly #board: ProgressBoard;
  readonly #open: () => ThreadHandle;
  /** Of connections by WebSocket, which cannot share a thread with others. */
  #ofWebSockets: ThreadHandle | undefined;
  #placed = 0;
  #audits = 0;

  constructor({ data, elapsedMs, workloads, streams, ...options }: ThreadsOptions) {
    this.#board = new ProgressBoard(workloads);
    const epochMs = offsetToSharedClock(elapsedMs);
    const complete = { ...data, epochMs, board: this.#board.buffer };
    this.#open = () => new ThreadHandle({ ...options, data: complete });
    this.#shared = threadsFor(Math.max(workloads, streams));
    this.#handles = Array.from({ length: this.#shared }, this.#open);
  }

  /** Ends what they do once the signal fires, its reason the name of a signal or an error. */
  abortOn(signal: AbortSignal): void {
    const abort = (): void => this.#handles.forEach((handle) => handle.abort(signal.reason));
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
  }

  /** Starts a workload in one of the threads. @throws what its start throws there */
  async start(order: Omit<WorkloadOrder, 'at'>, target: string): Promise<RunningWorkload> {
    const at = this.#placed++;
    const thread = order.reach.access.websocket === true ? this.#forWebSockets() : this.#turn(at);
    await thread.ask({ ask: 'start', order: { ...order, at } });
    return new RemoteWorkload({ thread, board: this.#board, at, name: order.name, kind: order.kind, target });
  }

  /**
   * Reads a stream back into the history. An audit that fails is in the history as incomplete.
   *
   * @returns what was not read to its end: the stream, or `cluster/stream@node` for a replica
   */
  async audit(order: AuditOrder): Promise<string[]> {
    return (await this.#turn(this.#audits++).ask({ ask: 'audit', order })) as string[];
  }

  /** What was observed until now is in the files afterwards. */
  async flush(): Promise<void> {
    await Promise.all(this.#handles.map((handle) => handle.ask({ ask: 'flush' })));
  }

  /** Completes the files of the history, and ends the threads. Never throws. */
  async close(): Promise<void> {
    await Promise.all(this.#handles.map((handle) => handle.close()));
  }

  #turn(at: number): ThreadHandle {
    return this.#handles[at % this.#shared] as ThreadHandle;
  }

  #forWebSockets(): ThreadHandle {
    if (this.#ofWebSockets === undefined) {
      this.#ofWebSockets = this.#open();
      this.#handles.push(this.#ofWebSockets);
    }
    return this.#ofWebSockets;
  }
}
