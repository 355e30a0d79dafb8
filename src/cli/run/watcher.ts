import type { ProgressEvent } from '../../history/progress.ts';
import type { SavedRun } from '../../report/schema.ts';

/** What is known of a run when it begins. */
export interface StartedRun {
  experiment: string;
  title: string;
  file: string;
  environment: string;
  driver: string;
  /** The version that is asked for, if any is. */
  nats: string | undefined;
  seed: number;
}

/** Follows runs, one after the other. */
export interface RunWatcher {
  begin(run: StartedRun): void;
  event(event: ProgressEvent): void;
  /** A run has been saved; `folder` as it is shown. */
  finished(saved: SavedRun, folder: string): Promise<void> | void;
  close(): Promise<void> | void;
}
