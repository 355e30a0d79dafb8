import { closeSync, openSync, writeSync } from 'node:fs';
import type { RareEvent } from './events.ts';

const FLUSH_AT_CHARS = 64 * 1024;

/**
 * Appends events to a file, one JSON object a line; buffered until `flush`. Several may append to one file: each writes
 * whole lines. The first write that fails is the last, as a history with a hole in it proves nothing.
 */
export class EventsFile {
  readonly #fd: number;
  readonly #onFailure: (thrown: unknown) => void;
  #text = '';
  #ended = false;

  /** @throws the file system's error when the file cannot be opened */
  constructor(path: string, onFailure: (thrown: unknown) => void) {
    this.#onFailure = onFailure;
    this.#fd = openSync(path, 'a');
  }

  /** After `close` events are dropped: the history has been read by then, and a late one must not end the run. */
  append(event: RareEvent): void {
    if (this.#ended) return;
    this.#text += `${JSON.stringify(event)}\n`;
    if (this.#text.length >= FLUSH_AT_CHARS) this.flush();
  }

  flush(): void {
    let bytes: Buffer = Buffer.from(this.#text);
    this.#text = '';
    try {
      // One write may take less than it is given, on a full disk above all.
      while (bytes.length > 0 && !this.#ended) bytes = bytes.subarray(writeSync(this.#fd, bytes));
    } catch (thrown) {
      this.#ended = true;
      this.#onFailure(thrown);
    }
  }

  close(): void {
    if (this.#text !== '') this.flush();
    this.#ended = true;
    closeSync(this.#fd);
  }
}
