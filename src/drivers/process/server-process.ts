import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { until } from '../../support/deadline.ts';
import type { EndRequest, ProcessState, ServerExit } from '../driver.ts';
import { gentlerOf } from '../server-exit.ts';
import { lastLinesIn, sizeOf } from '../servers/last-lines.ts';
import { oomKills } from './oom-kills.ts';

const GRACE_MS = 10_000;
const REMOVED_MS = 5_000;
/** A shell script that enters a control group and then executes another program there. */
const ENTER_AND_BECOME = 'echo $$ > "$0" && exec "$@"';

/** How a process differs from a server of NATS. */
export interface ProcessTraits {
  cwd?: string;
  /** Beside the runner's own environment. */
  env?: Record<string, string>;
  /** More of them, made anew for each start. */
  atStart?: () => Record<string, string>;
  /** Signals go to its whole process group, and what it leaves behind when it ends is killed. */
  wholeGroup?: true;
}

/** One server process that can be started, stopped, killed and paused, always by its process id. */
export class ServerProcess {
  #command: string;
  #args: readonly string[];
  readonly #logFile: string;
  readonly #group: string | undefined;
  #traits: ProcessTraits;
  /** All its ends so far, in order of time. */
  readonly exits: Omit<ServerExit, 'node'>[] = [];
  #child: ChildProcess | undefined;
  /**
   * The kernel's counts at the last reading and the one before: the kernel counts a kill before the process has ended.
   */
  #oomKills = { last: 0, before: 0 };
  /** How the current process was asked to end. */
  #asked: EndRequest | null = null;
  #exit = 'not started yet';

  /**
   * @param logFile gets the output of the process: a server that cannot start writes the reason there
   * @param group the `cgroup.procs` of the control group in which it starts
   */
  constructor(
    command: string,
    args: readonly string[],
    logFile: string,
    group?: string,
    traits: ProcessTraits = {},
  ) {
    this.#command = command;
    this.#args = args;
    this.#logFile = logFile;
    this.#group = group;
    this.#traits = traits;
  }

  get pid(): number | undefined {
    return this.#isAlive() ? this.#child?.pid : undefined;
  }

  /** Why it is down, in words, with the last line of its output. */
  get exit(): string {
    const words = lastLine(this.#logFile);
    return words === '' ? this.#exit : `${this.#exit}, saying: ${words}`;
  }

  /** Starts it unless it runs. It leads its own process group, so a Ctrl-C at the terminal does not reach it. */
  start(): void {
    if (this.#isAlive()) return;
    const logStart = sizeOf(this.#logFile);
    const kills = oomKills(this.#group);
    this.#oomKills = { last: kills, before: kills };
    this.#asked = null;
    const log = openSync(this.#logFile, 'a');
    const [command, args] =
      this.#group === undefined
        ? [this.#command, this.#args]
        : ['sh', ['-c', ENTER_AND_BECOME, this.#group, this.#command, ...this.#args]];
    const { cwd, env, atStart } = this.#traits;
    const child = spawn(command, args, {
      detached: true,
      stdio: ['ignore', log, log],
      // Its log then uses the time zone of the run's clock.
      env: { ...process.env, TZ: 'UTC', ...env, ...atStart?.() },
      ...(cwd === undefined ? {} : { cwd }),
    });
    closeSync(log);
    child.unref();
    child.once('error', (error) => (this.#exit = error.message));
    child.once('exit', (code, signal) => {
      if (this.#traits.wholeGroup === true) signalGroup(child.pid, 'SIGKILL');
      this.#exit = signal ? `ended by ${signal}` : `exited with ${code ?? '?'}`;
      this.exits.push({
        at: Date.now(),
        code,
        signal,
        asked: this.#asked,
        outOfMemory: signal === 'SIGKILL' && oomKills(this.#group) > this.#oomKills.before,
        restartedByOthers: false,
        lastLines: lastLinesIn(this.#logFile, logStart),
      });
    });
    this.#child = child;
  }

  state(): ProcessState {
    const pid = this.pid;
    if (pid === undefined) return 'down';
    return isStopped(pid) ? 'paused' : 'running';
  }

  /** SIGTERM; SIGKILL when it has not ended within ten seconds. */
  async stop(): Promise<void> {
    this.#ask('stop', 'SIGTERM');
    this.#signal('SIGCONT');
    try {
      await this.#untilEnd(GRACE_MS);
    } catch {
      await this.kill();
    }
  }

  async kill(): Promise<void> {
    this.#ask('kill', 'SIGKILL');
    await this.#untilEnd(REMOVED_MS);
  }

  /** Call it regularly: the shorter the interval, the surer it is that a counted kill was of this process. */
  countOomKills(): void {
    if (this.#isAlive()) this.#oomKills = { last: oomKills(this.#group), before: this.#oomKills.last };
  }

  /** Changes the program for its next start; with its arguments and variables, where these are given. */
  become(
    command: string,
    change: { args: readonly string[]; env: Record<string, string> } | null = null,
  ): void {
    this.#command = command;
    if (change === null) return;
    this.#args = change.args;
    this.#traits = { ...this.#traits, env: change.env };
  }

  /** Returns at once; without effect on a process that is down. */
  signal(signal: NodeJS.Signals): void {
    if (this.#isAlive()) this.#child?.kill(signal);
  }

  /** Asks the server to reload its configuration; returns at once. */
  reload(): void {
    this.#signal('SIGHUP');
  }

  /** Asks the server to disconnect its clients and end; returns at once. */
  lameDuck(): void {
    this.#ask('lame-duck', 'SIGUSR2');
  }

  async pause(): Promise<void> {
    this.#signal('SIGSTOP');
    await this.#becomes('paused');
  }

  async resume(): Promise<void> {
    this.#signal('SIGCONT');
    if (this.#isAlive()) await this.#becomes('running');
  }

  #isAlive(): boolean {
    const child = this.#child;
    return child?.pid !== undefined && child.exitCode === null && child.signalCode === null;
  }

  /** Records the request, so that an end from now on counts as requested, unless the process has already ended. */
  #ask(request: EndRequest, signal: NodeJS.Signals): void {
    if (this.#isAlive()) this.#asked = gentlerOf(this.#asked, request);
    this.#signal(signal);
  }

  #signal(signal: NodeJS.Signals): void {
    if (!this.#isAlive()) return;
    if (this.#traits.wholeGroup === true) signalGroup(this.#child?.pid, signal);
    else this.#child?.kill(signal);
  }

  async #untilEnd(timeoutMs: number): Promise<void> {
    await until(() => Promise.resolve(!this.#isAlive()), {
      timeoutMs,
      everyMs: 5,
      what: `end of process ${this.#child?.pid ?? '?'}`,
    });
  }

  async #becomes(state: ProcessState): Promise<void> {
    await until(() => Promise.resolve(this.state() === state), {
      timeoutMs: REMOVED_MS,
      everyMs: 5,
      what: `process ${this.#child?.pid ?? '?'} to be ${state}`,
    });
  }
}

function signalGroup(leader: number | undefined, signal: NodeJS.Signals): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, signal);
  } catch {
    // Every process of it has ended.
  }
}

function lastLine(path: string): string {
  try {
    return readFileSync(path, 'utf8').trimEnd().split('\n').at(-1) ?? '';
  } catch {
    return '';
  }
}

/** Whether a process is stopped by a signal, as the operating system reports. */
export function isStopped(pid: number): boolean {
  if (process.platform !== 'linux') {
    return spawnSync('ps', ['-o', 'state=', '-p', String(pid)], { encoding: 'utf8' }).stdout.startsWith('T');
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command name is in parentheses and may hold any character; the state follows the last parenthesis.
    return stat.charAt(stat.lastIndexOf(')') + 2) === 'T';
  } catch {
    return false;
  }
}
