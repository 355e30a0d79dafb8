import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { RunEvent } from '../../report/forms/events.ts';
import { asChaosError } from '../../support/system-errors.ts';
import type { RunRequest, ServedEvent } from '../commands/serve-runs.ts';
import { wantsDebug } from '../endings.ts';
import { packageUrl } from '../package.ts';
import {
  bound,
  childEnvironment,
  complained,
  endOf,
  parsed,
  takeIn,
  type ChildRunEnd,
} from '../suite/child-run.ts';

export interface ServeOptions {
  timeoutMs: number;
  graceMs: number;
  signal: AbortSignal;
  readonly onUp: () => void;
}

interface Served {
  end: ChildRunEnd;
  /** Whether the process can carry out another run. */
  isReady: boolean;
  /** Whether it has said anything of this run: one that was killed before has not begun it. */
  isHeard: boolean;
}

/** A process that carries out runs one after the other, and keeps their servers between them. */
export class ServingProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<string>;
  #hasEnded = false;
  #current:
    | { end: ChildRunEnd; onUp: () => void; served: (event: ServedEvent | null) => void; isHeard: boolean }
    | undefined;
  /** Runs that it has carried out. */
  runs = 0;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#ended = endOf(child).then((how) => {
      this.#hasEnded = true;
      if (this.#current !== undefined) this.#current.end.how = how;
      this.#current?.served(null);
      return how;
    });
    // One that has just died breaks the pipe; its end is seen elsewhere.
    child.stdin?.on('error', () => undefined);
    if (child.stderr) createInterface({ input: child.stderr }).on('line', (line) => this.#complained(line));
    if (child.stdout) createInterface({ input: child.stdout }).on('line', (line) => this.#printed(line));
  }

  /** @param out where it keeps the journal of what stands between runs @throws ChaosError when it cannot be started */
  static async start(out: string): Promise<ServingProcess> {
    const program = fileURLToPath(packageUrl('dist/cli/main.js'));
    const debug = wantsDebug() ? ['--debug'] : [];
    const child = spawn(process.execPath, [program, '__serve-runs', '--out', out, ...debug], {
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
      env: childEnvironment(process.env),
    });
    if (child.pid === undefined) throw asChaosError((await once(child, 'error'))[0], 'it cannot be started');
    return new ServingProcess(child);
  }

  async serve(request: RunRequest, options: ServeOptions): Promise<Served> {
    const end: ChildRunEnd = { timedOut: false, how: '', complaints: [] };
    if (this.#hasEnded) return { end: { ...end, how: await this.#ended }, isReady: false, isHeard: false };
    const served = new Promise<ServedEvent | null>((resolve) => {
      this.#current = { end, onUp: options.onUp, served: resolve, isHeard: false };
    });
    this.#child.stdin?.write(`${JSON.stringify(request)}\n`);
    const release = bound(this.#child, options, () => (end.timedOut = true));
    const event = await served;
    const { isHeard } = this.#current as { isHeard: boolean };
    this.#current = undefined;
    this.runs += 1;
    if (event !== null) end.how = `exit code ${event.exitCode}`;
    const isReady = event !== null && event.left.length === 0 && !end.timedOut && !options.signal.aborted;
    // Only its own end releases what may still have to kill it.
    if (event === null) release();
    else if (isReady) release();
    else await this.end().finally(release);
    return { end, isReady, isHeard };
  }

  /** Asks it to remove what stands and to end. Resolves when it has. */
  async end(): Promise<void> {
    this.#child.stdin?.end();
    await this.#ended;
  }

  #complained(line: string): void {
    if (this.#current !== undefined) complained(this.#current.end, line);
  }

  #printed(line: string): void {
    const event = parsed(line) as RunEvent | ServedEvent | null;
    if (event === null || this.#current === undefined) return;
    this.#current.isHeard = true;
    const { end, onUp, served } = this.#current;
    if (event.type === 'served') served(event);
    else takeIn(end, event, onUp);
  }
}
