import type { ProgressEvent } from '../history/progress.ts';
import { JsonProgress } from './progress/json.ts';
import { PlainProgress } from './progress/plain.ts';
import { TtyProgress } from './progress/tty.ts';

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

export type ProgressMode = 'tty' | 'plain' | 'json' | 'quiet';

/**
 * `tty`: lines of the story above, and a block below that is drawn in place. `plain`: one timestamped line for each
 * event. `json`: NDJSON, ticks included. `quiet`: nothing.
 */
export function createProgress(
  mode: ProgressMode,
  out: ProgressOutput,
  options: { color: boolean },
): Progress {
  switch (mode) {
    case 'tty':
      return new TtyProgress(out, options.color);
    case 'plain':
      return new PlainProgress(out);
    case 'json':
      return new JsonProgress(out);
    case 'quiet':
      return { event: () => undefined, end: () => undefined };
  }
}
