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
  #buffer = '';
  #closed = false;

  constructor(path: string) {
    this.path = path;
    this.#fd = openSync(path, 'a');
  }

  append(event: HistoryEvent): void {
    this.#buffer += `${JSON.stringify(event)}\n`;
    if (this.#buffer.length >= FLUSH_AT_CHARS) this.flush();
  }

  flush(): void {
    if (this.#closed || this.#buffer === '') return;
    writeSync(this.#fd, this.#buffer);
    this.#buffer = '';
  }

  close(): void {
    this.flush();
    if (!this.#closed) closeSync(this.#fd);
    this.#closed = true;
  }
}
