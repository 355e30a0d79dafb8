import { join } from 'node:path';
import type { Connection } from '../../nats/connect.ts';
import { throwIfAborted } from '../../support/deadline.ts';
import { messageOf } from '../../support/errors.ts';
import type { ResolvedBinary } from '../binaries/index.ts';
import type { DriverContext } from '../driver.ts';
import type { EnvironmentSpec } from '../spec.ts';
import { leftOf, reap } from '../undo/reap.ts';
import { LogParts } from './log-parts.ts';
import type { RunningProcesses } from './running.ts';
import {
  clearStreams,
  isConfiguredAs,
  mayServeSeveral,
  type StandingProcesses,
} from './standing-processes.ts';

export interface SeveralRunsOptions {
  /** Its servers may serve another run afterwards. */
  forSeveral?: boolean;
  /** Those that an earlier run has left; they are taken over if they fit, and removed if not. */
  standing?: StandingProcesses | undefined;
}

export interface TakeOverContext {
  declared: EnvironmentSpec;
  /** The same with the users and keys of the servers that stand. */
  spec: EnvironmentSpec;
  running: RunningProcesses;
  readonly connect: (server: string, account: string) => Promise<Connection>;
  readonly becomeReady: () => Promise<void>;
}

type Context = Pick<DriverContext, 'logFolder' | 'progress' | 'signal'>;

/** The part of a driver that is about servers which serve one run after the other. */
export class SeveralRuns {
  readonly #ctx: Context;
  readonly #mayServe: boolean;
  /** Left out: the logs are where the run wants them. */
  #logs: LogParts | undefined;
  #served = 0;

  constructor(ctx: Context, { forSeveral = false }: SeveralRunsOptions) {
    this.#ctx = ctx;
    this.#mayServe = forSeveral;
  }

  /** How many runs the servers have served before this one. */
  get served(): number {
    return this.#served;
  }

  /** The folder that new servers write their logs to. @param folder of everything else of theirs */
  logFolder(spec: EnvironmentSpec, nats: ResolvedBinary, folder: string): string {
    if (!this.#mayServe || !mayServeSeveral(spec, nats)) return this.#ctx.logFolder;
    // Servers that serve several runs must not write to the folder of one.
    const own = logsIn(folder);
    this.#logs = new LogParts(own);
    return own;
  }

  /** Copies this run's part of the logs to where it wants them, unless they are there already. */
  async copyLogs(): Promise<void> {
    await this.#logs?.copyTo(this.#ctx.logFolder);
  }

  /**
   * Removes the streams of the earlier run from servers that stand, and makes those of this one.
   *
   * @returns why the servers cannot serve this run, in words; null when they do
   * @throws ChaosError `aborted` when the signal fires
   */
  async takeOver(standing: StandingProcesses, context: TakeOverContext): Promise<string | null> {
    const { progress, signal } = this.#ctx;
    const { declared, spec, running, connect, becomeReady } = context;
    this.#logs = new LogParts(logsIn(standing.folder));
    this.#served = standing.runs;
    if (!isConfiguredAs(standing.declared, declared)) return 'they are configured otherwise';
    try {
      for (const server of running.servers.values()) server.exits.length = 0;
      progress(`taking over ${running.nodes.length} servers that have served ${standing.runs} runs`);
      await clearStreams({ spec, running, connect, signal });
      await becomeReady();
      return null;
    } catch (error) {
      throwIfAborted(signal);
      return messageOf(error);
    }
  }

  /** The servers that stood are removed: what runs from now on has served no run. */
  replaced(): void {
    this.#logs = undefined;
    this.#served = 0;
  }

  /** Whether the next run may have the servers as they are now. */
  mayStand({ servers }: RunningProcesses): boolean {
    return this.#logs !== undefined && [...servers.values()].every((server) => server.state() === 'running');
  }

  /** What the next run needs to take the servers over. */
  standing(
    parts: Pick<StandingProcesses, 'declared' | 'started' | 'running' | 'binaries' | 'tag'>,
  ): StandingProcesses {
    const { folder } = parts.running;
    const dispose = async (): Promise<string[]> => {
      await reap(folder);
      return leftOf(folder);
    };
    return { ...parts, folder, dispose, runs: this.#served + 1 };
  }
}

function logsIn(folder: string): string {
  return join(folder, 'logs');
}
