import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { UndoRecord } from '../support/undo-record.ts';

/** Writes undo records where they survive the runner: each is on the disk before what it undoes is done. */
export class Journal {
  readonly path: string;
  readonly #fd: number;

  constructor(path: string) {
    this.path = path;
    this.#fd = openSync(path, 'a');
  }

  /** Fsynced when this returns. */
  append(record: UndoRecord): void {
    writeSync(this.#fd, `${JSON.stringify(record)}\n`);
    fsyncSync(this.#fd);
  }

  close(): void {
    closeSync(this.#fd);
  }
}

/** The records of a journal, first to last; an unfinished last line, cut off by a crash, is left out. */
export function readJournal(path: string): UndoRecord[] {
  const text = readFileSync(path, 'utf8');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  return whole
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as UndoRecord);
}
