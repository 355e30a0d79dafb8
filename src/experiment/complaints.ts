import type { Problem } from './problem.ts';
import { spanOf, type Document } from './document.ts';
import { segments, type Pointer } from './pointer.ts';
import { problemAt } from './source.ts';

/** Collects what is wrong with one document, each thing once, in reading order. */
export class Complaints {
  readonly #document: Document;
  readonly #problems: Problem[];

  constructor(document: Document, others: readonly Problem[] = []) {
    this.#document = document;
    this.#problems = [...document.problems, ...others];
  }

  error(pointer: Pointer, message: string, part: 'key' | 'value' = 'value'): void {
    this.#add(pointer, message, part, 'error');
  }

  warning(pointer: Pointer, message: string): void {
    this.#add(pointer, message, 'value', 'warning');
  }

  problems(): Problem[] {
    const seen = new Set<string>();
    return this.#problems
      .filter((problem) => {
        const text = `${problem.line}:${problem.column}:${problem.message}`;
        return seen.has(text) ? false : seen.add(text);
      })
      .sort((a, b) => a.line - b.line || a.column - b.column);
  }

  #add(pointer: Pointer, message: string, part: 'key' | 'value', severity: Problem['severity']): void {
    if (this.#unreadable(pointer)) return;
    const { source } = this.#document;
    this.#problems.push(problemAt(source, spanOf(this.#document, pointer, part), message, severity));
  }

  /** Whether the value there, or one around it, could not be read in the first place. */
  #unreadable(pointer: Pointer): boolean {
    const { unreadable } = this.#document;
    if (unreadable.size === 0) return false;
    return segments(pointer).some((_, i, all) => unreadable.has(pointerOf(all.slice(0, i + 1))));
  }
}

function pointerOf(parts: string[]): Pointer {
  return parts.map((part) => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
