import type { ProgressEvent } from '../../history/progress.ts';
import { printable } from '../text.ts';
import type { Progress, ProgressOutput } from './reporter.ts';

/** One timestamped line for each event of the timeline; ticks are left out, so that a log stays short. */
export class PlainProgress implements Progress {
  readonly #out: ProgressOutput;

  constructor(out: ProgressOutput) {
    this.#out = out;
  }

  event(event: ProgressEvent): void {
    if (event.type === 'line') this.#out.write(`${timelineLine(event)}\n`);
  }

  end(): void {
    // There is nothing to close.
  }
}

/** ` 12.345s  fault         partition between qa1a and qa1b: injected`. */
export function timelineLine(event: { t: number; kind: string; text: string }): string {
  const seconds = `${(event.t / 1000).toFixed(3)}s`.padStart(9);
  return `${seconds}  ${event.kind.padEnd(12)}  ${printable(event.text)}`;
}
