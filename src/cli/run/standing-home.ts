import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Driver, DriverContext, StandingServers } from '../../drivers/driver.ts';
import type { StandingProcesses } from '../../drivers/process/standing-processes.ts';
import { Journal } from '../../run/undo/journal.ts';
import { systemClock } from '../../support/clock.ts';
import { SpareWorkers } from '../../threads/spare-workers.ts';
import { newRunId } from '../../support/ids.ts';
import { complainOf } from '../output.ts';
import { startGuardian, type GuardianProcess } from './guardian-process.ts';
import { createRunFolder } from './run-folder.ts';

/**
 * Answers for servers between runs, with a journal and a guardian of its own: whatever the runs have in their journals, what
 * stands is removed when this process dies.
 */
export class StandingHome {
  readonly #folder: string;
  readonly #journal: Journal;
  readonly #guardian: GuardianProcess;
  /** Of the threads of the next run. */
  readonly workers: SpareWorkers;
  #standing: StandingProcesses | undefined;

  private constructor(folder: string, journal: Journal, guardian: GuardianProcess, workers: SpareWorkers) {
    this.#folder = folder;
    this.#journal = journal;
    this.#guardian = guardian;
    this.workers = workers;
  }

  /**
   * @param out the folder in which its own is, as that of a run that goes on
   * @param programs the built ones of guardians and threads
   * @throws ChaosError
   */
  static async open(out: string, programs: { guardian: URL; thread: URL }): Promise<StandingHome> {
    const { path } = createRunFolder(out, 'standing', newRunId(), systemClock.now());
    const journal = new Journal(join(path, 'journal.ndjson'));
    const guardian = await startGuardian({
      program: programs.guardian,
      journal: journal.path,
      restarted: () => undefined,
      lost: complainOf,
    });
    return new StandingHome(path, journal, guardian, new SpareWorkers(programs.thread));
  }

  /** A driver that takes over what stands, and whose servers may stand afterwards. */
  async maker(): Promise<(ctx: DriverContext) => Driver> {
    const { ProcessDriver } = await import('../../drivers/process/process-driver.ts');
    return (ctx) => {
      const standing = this.#standing;
      this.#standing = undefined;
      const journal: DriverContext['journal'] = (record) => {
        this.#journal.append(record);
        ctx.journal(record);
      };
      return new ProcessDriver({ ...ctx, journal }, { forSeveral: true, standing });
    };
  }

  readonly take = (servers: StandingServers): void => {
    this.#standing = servers as StandingProcesses;
  };

  /** Removes what stands. @returns what is left of it, in words */
  async clear(): Promise<string[]> {
    const standing = this.#standing;
    this.#standing = undefined;
    return (await standing?.dispose()) ?? [];
  }

  /** Removes what stands, and then its own folder. @returns what is left, in words; its journal then stays */
  async close(): Promise<string[]> {
    const left = await this.clear();
    await this.workers.close();
    this.#journal.close();
    // A guardian that is not told that all is well tries again.
    if (left.length > 0) return left;
    await this.#guardian.dismiss();
    rmSync(this.#folder, { recursive: true, force: true });
    return left;
  }
}
