import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { until } from '../../support/deadline.ts';
import type { ProcessState } from '../driver.ts';

const GRACE_MS = 10_000;
const GONE_MS = 5_000;
/** A shell script: enters a control group, and becomes another program there. */
const ENTER_AND_BECOME = 'echo $$ > "$0" && exec "$@"';

/** One server process that can be started, stopped, killed, frozen and started again, always by its process id. */
export class ServerProcess {
  #command: string;
  readonly #args: readonly string[];
  readonly #logFile: string;
  readonly #group: string | undefined;
  #child: ChildProcess | undefined;
  #exit = 'not started yet';

  /**
   * @param logFile gets what the process prints: where a server that cannot even start says why
   * @param group the `cgroup.procs` of the control group that it is in from its first moment on
   */
  constructor(command: string, args: readonly string[], logFile: string, group?: string) {
    this.#command = command;
    this.#args = args;
    this.#logFile = logFile;
    this.#group = group;
  }

  get pid(): number | undefined {
    return this.#isAlive() ? this.#child?.pid : undefined;
  }

  /** Why it is down, in words, with the last line that it left. */
  get exit(): string {
    const words = lastLine(this.#logFile);
    return words === '' ? this.#exit : `${this.#exit}, saying: ${words}`;
  }

  /** Starts it unless it runs. It leads a process group of its own, so a Ctrl-C at the terminal is not for it. */
  start(): void {
    if (this.#isAlive()) return;
    const log = openSync(this.#logFile, 'a');
    const [command, args] =
      this.#group === undefined
        ? [this.#command, this.#args]
        : ['sh', ['-c', ENTER_AND_BECOME, this.#group, this.#command, ...this.#args]];
    const child = spawn(command, args, {
      detached: true,
      stdio: ['ignore', log, log],
      // Its log then has the times that the run's clock has, whatever zone this machine is in.
      env: { ...process.env, TZ: 'UTC' },
    });
    closeSync(log);
    child.unref();
    child.once('error', (error) => (this.#exit = error.message));
    child.once(
      'exit',
      (code, signal) => (this.#exit = signal ? `ended by ${signal}` : `exited with ${code ?? '?'}`),
    );
    this.#child = child;
  }

  state(): ProcessState {
    const pid = this.pid;
    if (pid === undefined) return 'down';
    return isStopped(pid) ? 'paused' : 'running';
  }

  /** SIGTERM; SIGKILL when it has not gone within ten seconds. */
  async stop(): Promise<void> {
    this.#signal('SIGTERM');
    this.#signal('SIGCONT');
    try {
      await this.#gone(GRACE_MS);
    } catch {
      await this.kill();
    }
  }

  async kill(): Promise<void> {
    this.#signal('SIGKILL');
    await this.#gone(GONE_MS);
  }

  /** From its next start on it is another program. */
  become(command: string): void {
    this.#command = command;
  }

  /** Asks the server to read its configuration anew; returns at once. */
  reload(): void {
    this.#signal('SIGHUP');
  }

  /** Asks the server to let its clients go and end; returns at once. */
  lameDuck(): void {
    this.#signal('SIGUSR2');
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

  #signal(signal: NodeJS.Signals): void {
    if (this.#isAlive()) this.#child?.kill(signal);
  }

  async #gone(timeoutMs: number): Promise<void> {
    await until(() => Promise.resolve(!this.#isAlive()), {
      timeoutMs,
      everyMs: 5,
      what: `end of process ${this.#child?.pid ?? '?'}`,
    });
  }

  async #becomes(state: ProcessState): Promise<void> {
    await until(() => Promise.resolve(this.state() === state), {
      timeoutMs: GONE_MS,
      everyMs: 5,
      what: `process ${this.#child?.pid ?? '?'} to be ${state}`,
    });
  }
}

function lastLine(path: string): string {
  try {
    return readFileSync(path, 'utf8').trimEnd().split('\n').at(-1) ?? '';
  } catch {
    return '';
  }
}

/** Whether a process is stopped by a signal, as the operating system tells. */
export function isStopped(pid: number): boolean {
  if (process.platform !== 'linux') {
    return spawnSync('ps', ['-o', 'state=', '-p', String(pid)], { encoding: 'utf8' }).stdout.startsWith('T');
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command name stands in parentheses and may hold anything; the state follows the last one.
    return stat.charAt(stat.lastIndexOf(')') + 2) === 'T';
  } catch {
    return false;
  }
}
