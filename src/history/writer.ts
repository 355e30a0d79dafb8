import { closeSync, openSync, writeSync } from 'node:fs';
import type { HistoryEvent } from './events.ts';

/** Takes events as they happen. */
export interface HistoryWriter {
  append(event: HistoryEvent): void;
}

const FLUSH_AT_CHARS = 64 * 1024;

/** Appends events to `path`, one JSON object a line; buffered, so `close` (or `flush`) before reading. */
export class HistoryFile implements HistoryWriter {
  readonly path: string;
  readonly #fd: number;
  #text = '';
  #unwritten: Buffer = Buffer.alloc(0);
  #closed = false;

  /** @throws the file system's error when the file cannot be opened */
  constructor(path: string) {
    this.path = path;
    this.#fd = openSync(path, 'a');
  }

  /** After `close` events are dropped: the history has been read by then, and a late one must not end the run. */
  append(event: HistoryEvent): void {
    if (this.#closed) return;
    this.#text += `${JSON.stringify(event)}\n`;
    if (this.#text.length >= FLUSH_AT_CHARS) this.flush();
  }

  /** @throws the file system's error; what was not written stays for the next time */
  flush(): void {
    this.#unwritten = Buffer.concat([this.#unwritten, Buffer.from(this.#text)]);
    this.#text = '';
    // One write may take less than it is given, on a full disk above all.
    while (this.#unwritten.length > 0) {
      this.#unwritten = this.#unwritten.subarray(writeSync(this.#fd, this.#unwritten));
    }
  }

  close(): void {
    if (this.#closed) return;
    this.flush();
    this.#closed = true;
    closeSync(this.#fd);
  }
}
