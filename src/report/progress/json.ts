import type { ProgressEvent } from '../../history/progress.ts';
import type { Progress, ProgressOutput } from './reporter.ts';

/** One JSON object on each line, exactly as the run emits them. */
export class JsonProgress implements Progress {
  readonly #out: ProgressOutput;

  constructor(out: ProgressOutput) {
    this.#out = out;
  }

  event(event: ProgressEvent): void {
    this.#out.write(`${JSON.stringify(event)}\n`);
  }

  end(): void {
    // There is nothing to close.
  }
}
