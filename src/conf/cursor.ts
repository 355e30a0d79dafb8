import { ChaosError } from '../support/errors.ts';
import type { Place } from './value.ts';

/** Reads a text character by character, and knows where it is. */
export class Cursor {
  readonly #text: string;
  readonly #file: string;
  #at = 0;
  /** Where each line begins. */
  #lines: number[] | undefined;

  constructor(text: string, file: string) {
    this.#text = text;
    this.#file = file;
  }

  /** The character here, or further on; empty at the end. */
  peek(further = 0): string {
    return this.#text[this.#at + further] ?? '';
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  next(): string {
    const character = this.peek();
    this.#at += 1;
    return character;
  }

  /** Whether the text goes on with this; if so, it is passed. */
  passes(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  /** What matches from here on, which is passed; the pattern is sticky. */
  match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found !== null) this.#at = pattern.lastIndex;
    return found;
  }

  get offset(): number {
    return this.#at;
  }

  back(to: number): void {
    this.#at = to;
  }

  place(offset = this.#at): Place {
    this.#lines ??= [0, ...Array.from(this.#text.matchAll(/\n/g), ({ index }) => index + 1)];
    let [low, high] = [0, this.#lines.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#lines[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { file: this.#file, line: low + 1, column: offset - (this.#lines[low] ?? 0) + 1 };
  }

  /** An error at a place of this file. */
  problem(message: string, offset = this.#at): ChaosError {
    const { file, line, column } = this.place(offset);
    return new ChaosError('invalid', `${file}:${line}:${column}: ${message}`);
  }
}
