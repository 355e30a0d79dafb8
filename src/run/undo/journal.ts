import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { asChaosError } from '../../support/system-errors.ts';
import type { UndoRecord } from '../../support/undo-record.ts';

/** Writes undo records to a file that outlives the runner: each is on the disk before the injection that it undoes. */
export class Journal {
  readonly path: string;
  readonly #fd: number;

  constructor(path: string) {
    this.path = path;
    this.#fd = openSync(path, 'a');
  }

  /** Fsynced when this returns. @throws ChaosError `resources`: what it would undo must then not be done */
  append(record: UndoRecord): void {
    const { size } = fstatSync(this.#fd);
    try {
      writeFileSync(this.#fd, `${JSON.stringify(record)}\n`);
      fsyncSync(this.#fd);
    } catch (thrown) {
      this.#cutBack(size);
      throw asChaosError(thrown, `the undo journal ${this.path} cannot be written`);
    }
  }

  close(): void {
    closeSync(this.#fd);
  }

  /** Half a record would make every later one unreadable. */
  #cutBack(size: number): void {
    try {
      ftruncateSync(this.#fd, size);
    } catch {
      // Then it is the last record: nothing is appended to a journal that cannot be written.
    }
  }
}

/**
 * The records of a journal, first to last; none where there is no journal. An unfinished last line, cut off by a crash,
 * is left out, and so is one that is damaged: `damageOf` tells of that.
 *
 * @throws ChaosError `resources` when it is there and cannot be read
 */
export function readJournal(path: string): UndoRecord[] {
  return linesOf(path).flatMap((line) => recordIn(line) ?? []);
}

/** What of a journal cannot be understood, so that nobody undoes it, in words; undefined when all of it can be. */
export function damageOf(path: string): string | undefined {
  const damaged = linesOf(path).flatMap((line, at) => (recordIn(line) === undefined ? [at + 1] : []));
  if (damaged.length === 0) return undefined;
  const which = `${damaged.length === 1 ? 'line' : 'lines'} ${damaged.join(', ')}`;
  return `${path} is damaged: what ${which} would undo is not known, and may be there still; remove the run's folder once it is not`;
}

function linesOf(path: string): string[] {
  const text = textOf(path);
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  return whole.split('\n').filter((line) => line !== '');
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (thrown) {
    // A runner that died before its first record has done nothing.
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw asChaosError(thrown, `the undo journal ${path} cannot be read`);
  }
}

function recordIn(line: string): UndoRecord | undefined {
  try {
    const { driver, op, args } = JSON.parse(line) as Partial<UndoRecord>;
    const isRecord = typeof driver === 'string' && typeof op === 'string' && args instanceof Object;
    return isRecord ? { driver, op, args } : undefined;
  } catch {
    return undefined;
  }
}
