import type { Driver, DriverContext } from '../drivers/driver.ts';
import type { ProgressEvent } from '../history/progress.ts';
import type { RunRecord } from '../history/record.ts';
import type { HistoryFile } from '../history/writer.ts';
import type { Clock } from '../support/clock.ts';
import type { Random } from '../support/random.ts';
import type { Journal } from './journal.ts';

export interface ExecuteContext {
  runId: string;
  /** The run's folder: journal, history and logs are in it. */
  folder: string;
  clock: Clock;
  random: Random;
  /** Fires when the user interrupts; its reason is `SIGINT` or `SIGTERM`. */
  signal: AbortSignal;
  freePorts: boolean;
  journal: Journal;
  history: HistoryFile;
  createDriver(ctx: DriverContext): Driver;
  readonly listener: (event: ProgressEvent) => void;
  /** Asked once everything is known but the teardown: whether to leave the environment up. */
  keepUp(record: RunRecord): Promise<boolean>;
}
