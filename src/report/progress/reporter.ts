import type { ProgressEvent } from '../../history/progress.ts';

/** Shows a run while it goes on. */
export interface Progress {
  event(event: ProgressEvent): void;
  /** Leaves the terminal as it was found; nothing may follow. */
  end(): void;
}

/** Where it is shown: `process.stderr` fits. */
export interface ProgressOutput {
  write(text: string): unknown;
  /** Width of the terminal. */
  columns?: number | undefined;
}
