import type { WorkloadRecord } from '../history/workload-record.ts';
import type { RunningWorkload, WorkloadProgress } from '../workloads/workload.ts';
import type { ProgressBoard } from './progress-board.ts';
import type { ThreadHandle } from './thread-handle.ts';

interface Remote {
  thread: ThreadHandle;
  board: ProgressBoard;
  /** Its place on the board. */
  at: number;
  name: string;
  kind: string;
  target: string;
}

/** A workload that runs in a thread, seen from the main one. */
export class RemoteWorkload implements RunningWorkload {
  readonly #remote: Remote;
  #record: WorkloadRecord | undefined;
  #stopping: Promise<void> | undefined;

  constructor(remote: Remote) {
    this.#remote = remote;
  }

  progress(): WorkloadProgress {
    const { board, at } = this.#remote;
    return board.read(at);
  }

  async pause(): Promise<void> {
    const { thread, at } = this.#remote;
    await thread.ask({ ask: 'pause', at });
  }

  resume(): void {
    const { thread, board, at } = this.#remote;
    board.write(at, { ...board.read(at), paused: false });
    // A thread that has ended has said why already.
    thread.ask({ ask: 'resume', at }).catch(() => undefined);
  }

  stop(giveUp?: AbortSignal): Promise<void> {
    this.#stopping ??= this.#stop();
    if (giveUp !== undefined) this.#giveUpAt(giveUp);
    return this.#stopping;
  }

  /** Of a workload whose thread ended before it could be stopped, only the counts are known. */
  record(): WorkloadRecord {
    const { board, at, name, kind, target } = this.#remote;
    const { done: ok, failed, unknown } = board.read(at);
    return this.#record ?? { name, kind, target, ok, failed, unknown, redelivered: 0, seconds: [] };
  }

  async #stop(): Promise<void> {
    const { thread, at } = this.#remote;
    this.#record = (await thread.ask({ ask: 'stop', at })) as WorkloadRecord;
  }

  #giveUpAt(signal: AbortSignal): void {
    const { thread, at } = this.#remote;
    const tell = (): void => void thread.ask({ ask: 'giveUp', at }).catch(() => undefined);
    signal.addEventListener('abort', tell, { once: true });
    if (signal.aborted) tell();
  }
}
