import type { ProgressEvent } from '../../history/progress.ts';
import type { LeftOut } from '../../report/left-out.ts';
import type { SavedRun } from '../../report/schema.ts';
import type { WatchedServers } from '../../run/watched-servers.ts';

/** What is known of a run when it begins. */
export interface StartedRun {
  experiment: string;
  title: string;
  file: string;
  environment: string;
  driver: string;
  /** The version that is requested, if any. */
  nats: string | undefined;
  seed: number;
}

/** Follows runs, one after the other. */
export interface RunWatcher {
  /** Called before the first run begins, with the experiments that will not be carried out. */
  leftOut?(leftOut: readonly LeftOut[], all: number): void;
  begin(run: StartedRun): void;
  event(event: ProgressEvent): void;
  /** The servers of the run are up. */
  servers?(servers: WatchedServers): void;
  /** A run has been saved; `folder` as it is shown, when there is one. */
  finished(saved: SavedRun, folder: string | undefined): Promise<void> | void;
  close(): Promise<void> | void;
  /** Whether something that was requested could not be written. */
  readonly failed?: boolean;
}
