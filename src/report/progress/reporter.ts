import type { ProgressEvent } from '../../history/progress.ts';

/** Shows a run while it is going on. */
export interface Progress {
  event(event: ProgressEvent): void;
  /** Leaves the terminal as it was at the start; nothing may follow. */
  end(): void;
}

/** The output stream: `process.stderr` fits. */
export interface ProgressOutput {
  write(text: string): unknown;
  /** Width of the terminal. */
  columns?: number | undefined;
}
