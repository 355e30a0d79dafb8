import type { Worker } from 'node:worker_threads';
import type { Driver, DriverContext, StandingServers } from '../drivers/driver.ts';
import type { ProgressEvent } from '../history/progress.ts';
import type { RunRecord } from '../history/record.ts';
import type { HistoryRecorder } from '../history/recorder.ts';
import type { Clock } from '../support/clock.ts';
import type { Random } from '../support/random.ts';
import type { WatchedServers } from './watched-servers.ts';
import type { Journal } from './undo/journal.ts';

export interface ExecuteContext {
  runId: string;
  /** The run's folder: journal, history and logs are in it. */
  folder: string;
  clock: Clock;
  random: Random;
  /**
   * Fires when the user interrupts: its reason is then `SIGINT` or `SIGTERM`; and when the program itself is in trouble:
   * its reason is then the ChaosError that says so.
   */
  signal: AbortSignal;
  /** Called with every error that shows that the program itself is in trouble. */
  readonly noteTrouble: (thrown: unknown) => void;
  freePorts: boolean;
  journal: Journal;
  /** What happens rarely; the threads write what happens often. */
  history: HistoryRecorder;
  /** Gives a worker that runs the built program of a thread. */
  readonly openThread: () => Worker;
  /** Called when the steady state holds, when there is time to make ready what another run will need. Left out: there is none. */
  readonly prepareNext?: () => void;
  createDriver(ctx: DriverContext): Driver;
  /** Called once the environment is up. */
  readonly up: (servers: WatchedServers) => void;
  readonly listener: (event: ProgressEvent) => void;
  /** Asked before the teardown, when everything else is recorded: whether to leave the environment up. */
  keepUp(record: RunRecord): Promise<boolean>;
  /** Takes servers that may serve another run, and answers for them from then on. Left out: every run removes its own. */
  readonly takeStanding?: (servers: StandingServers) => void;
}
