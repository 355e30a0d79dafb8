import { JsonProgress } from './progress/json.ts';
import { PlainProgress } from './progress/plain.ts';
import type { Progress, ProgressOutput } from './progress/reporter.ts';
import { TtyProgress } from './progress/tty.ts';

export type { Progress, ProgressOutput } from './progress/reporter.ts';

export type ProgressMode = 'tty' | 'plain' | 'json' | 'quiet';

/**
 * `tty`: lines of the timeline above, and a status block below that is redrawn in place. `plain`: one timestamped line
 * for each event. `json`: NDJSON, ticks included. `quiet`: nothing.
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
