import type { Problem } from './problem.ts';
import { spanOf, type Document } from './document.ts';
import { segments, type Pointer } from './pointer.ts';
import { problemAt } from './source.ts';

/** Collects the problems of one document, each once, in reading order. */
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
    const problem = problemAt(source, spanOf(this.#document, pointer, part), message, severity);
    if (this.#isCopy(pointer) && this.#problems.some((other) => isSamePlace(other, problem))) return;
    this.#problems.push(problem);
  }

  #isCopy(pointer: Pointer): boolean {
    const { copies } = this.#document;
    return copies !== undefined && copies.has(pointerOf(segments(pointer).slice(0, 2)));
  }

  /** Whether the value there, or one around it, could not be read. */
  #unreadable(pointer: Pointer): boolean {
    const { unreadable } = this.#document;
    if (unreadable.size === 0) return false;
    return segments(pointer).some((_, i, all) => unreadable.has(pointerOf(all.slice(0, i + 1))));
  }
}

function isSamePlace(a: Problem, b: Problem): boolean {
  return a.line === b.line && a.column === b.column && a.severity === b.severity;
}

function pointerOf(parts: string[]): Pointer {
  return parts.map((part) => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
