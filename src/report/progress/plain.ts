import type { ProgressEvent } from '../../history/progress.ts';
import { printable } from '../text.ts';
import type { Progress, ProgressOutput } from './reporter.ts';

/** One timestamped line for each event of the story; ticks say nothing, so that a log stays short. */
export class PlainProgress implements Progress {
  readonly #out: ProgressOutput;

  constructor(out: ProgressOutput) {
    this.#out = out;
  }

  event(event: ProgressEvent): void {
    if (event.type === 'line') this.#out.write(`${storyLine(event)}\n`);
  }

  end(): void {
    // Nothing is left open.
  }
}

/** ` 12.345s  fault         partition between qa1a and qa1b: injected`. */
export function storyLine(event: { t: number; kind: string; text: string }): string {
  const seconds = `${(event.t / 1000).toFixed(3)}s`.padStart(9);
  return `${seconds}  ${event.kind.padEnd(12)}  ${printable(event.text)}`;
}
