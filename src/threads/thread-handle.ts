import type { Worker } from 'node:worker_threads';
import { withDeadline } from '../support/deadline.ts';
import { ChaosError } from '../support/errors.ts';
import { fromPlainError, toPlainError } from '../support/plain-error.ts';
import type { FromThread, Request, ThreadData, ToThread } from './messages.ts';

/** Closing the files of a history takes a moment, unless the thread hangs. */
const CLOSE_MS = 10_000;

export interface ThreadOptions {
  /** Gives a worker that runs the built program of a thread. */
  readonly open: () => Worker;
  data: ThreadData;
  /** Called with every error that shows that the program itself is in trouble. */
  readonly noteTrouble: (thrown: unknown) => void;
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** A thread, seen from the main one. */
export class ThreadHandle {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #calls = 0;
  #gone: Error | undefined;
  #closing: Promise<void> | undefined;

  constructor({ open, data, noteTrouble }: ThreadOptions) {
    this.#worker = open();
    this.#worker.on('message', (message: FromThread) => {
      if ('trouble' in message) noteTrouble(fromPlainError(message.trouble));
      else this.#answered(message);
    });
    this.#worker.on('error', (thrown) => {
      noteTrouble(thrown);
      this.#end(thrown instanceof Error ? thrown : new Error(String(thrown)));
    });
    this.#worker.postMessage({ begin: data } satisfies ToThread);
    this.#worker.on('exit', () => this.#end(new ChaosError('failed', 'a thread of the run has ended')));
  }

  /** @throws what the thread has thrown, or why it can no longer answer */
  ask(request: Request): Promise<unknown> {
    if (this.#gone !== undefined) return Promise.reject(this.#gone);
    const call = this.#calls++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(call, { resolve, reject });
      this.#worker.postMessage({ ...request, call } satisfies ToThread);
    });
  }

  /** Ends what the thread does, as early as it can. */
  abort(reason: unknown): void {
    const plain = typeof reason === 'string' ? reason : toPlainError(reason);
    this.ask({ ask: 'abort', reason: plain }).catch(() => undefined);
  }

  /** Completes the files of its history, and ends it. Never throws. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const closed = withDeadline(this.ask({ ask: 'close' }), CLOSE_MS, 'closing a thread of the run');
    await closed.catch(() => undefined);
    await this.#worker.terminate();
  }

  #answered(answer: Exclude<FromThread, { trouble: unknown }>): void {
    const waiting = this.#waiting.get(answer.call);
    this.#waiting.delete(answer.call);
    if ('error' in answer) waiting?.reject(fromPlainError(answer.error));
    else waiting?.resolve(answer.value);
  }

  #end(why: Error): void {
    this.#gone ??= why;
    for (const { reject } of this.#waiting.values()) reject(this.#gone);
    this.#waiting.clear();
  }
}
