import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createInterface } from 'node:readline';
import type { ResultEvent, RunEvent } from '../../report/forms/events.ts';
import { callAfter } from '../../support/long-timer.ts';
import { asChaosError } from '../../support/system-errors.ts';
import { wantsDebug } from '../endings.ts';
import { packageUrl } from '../package.ts';
import { PARENT } from '../run/interrupts.ts';

export interface ChildRunOptions {
  /** Arguments of `chaos run`, without `--json`. */
  args: readonly string[];
  /** From its start until it is asked to undo everything and end. */
  timeoutMs: number;
  /** How long it has to end before it is killed. */
  graceMs: number;
  /** Its reason is the signal that is sent on. */
  signal: AbortSignal;
  /** Called once its servers are up. */
  onUp(): void;
  /** Called with each line of its timeline. */
  readonly onLine?: (text: string) => void;
  /** It undoes everything and ends when this process is killed. */
  endsWithMe?: true;
}

export interface ChildRunEnd {
  /** What the run itself printed at its end. */
  result?: ResultEvent;
  timedOut: boolean;
  /** How it ended, in words: `exit code 65`, `SIGKILL`. */
  how: string;
  /** The last lines of its stderr. */
  complaints: string[];
}

/** A run that is asked to end undoes everything first; its own undo waits for seconds at most. */
export const GRACE_MS = 60_000;
/** A reader needs no more of them. */
const MAX_COMPLAINTS = 10;

/**
 * One `chaos run` as a process of its own: if it hangs or crashes, nothing else does.
 *
 * It has a process group of its own, so that Ctrl-C at the terminal reaches it once, through this process, and not a
 * second time directly.
 *
 * @throws ChaosError when it cannot be started
 */
export async function childRun(options: ChildRunOptions): Promise<ChildRunEnd> {
  const program = fileURLToPath(packageUrl('dist/cli/main.js'));
  const debug = wantsDebug() ? ['--debug'] : [];
  const child = spawn(process.execPath, [program, 'run', ...options.args, '--json', ...debug], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...childEnvironment(process.env),
      ...(options.endsWithMe === true ? { [PARENT]: String(process.pid) } : {}),
    },
  });
  if (child.pid === undefined) throw asChaosError((await once(child, 'error'))[0], 'it cannot be started');
  const end: ChildRunEnd = { timedOut: false, how: '', complaints: [] };
  createInterface({ input: child.stderr }).on('line', (line) => complained(end, line));
  createInterface({ input: child.stdout }).on('line', (line) => {
    const event = parsed(line) as RunEvent | null;
    if (event === null) return;
    takeIn(end, event, () => options.onUp());
    if (event.type === 'line') options.onLine?.(event.text);
  });
  const release = bound(child, options, () => (end.timedOut = true));
  end.how = await endOf(child);
  release();
  return end;
}

/** Keeps a line of stderr, of the last few. */
export function complained(end: ChildRunEnd, line: string): void {
  if (line.trim() !== '') end.complaints = [...end.complaints, line].slice(-MAX_COMPLAINTS);
}

/** Takes from an event what the end of the run is made of. @param onUp called when its servers are up */
export function takeIn(end: ChildRunEnd, event: RunEvent, onUp: () => void): void {
  if (event.type === 'line' && event.kind === 'cluster' && event.text.startsWith('ready')) onUp();
  if (event.type === 'result') end.result = event;
}

/** A run's own output goes to the process that started it, and not to GitHub as well. */
export function childEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...env, NO_COLOR: '1', GITHUB_STEP_SUMMARY: undefined, GITHUB_ACTIONS: undefined };
}

/** Asks the run to end when its time is up or the signal fires, and kills it when it does not. */
export function bound(
  child: ChildProcess,
  options: Pick<ChildRunOptions, 'timeoutMs' | 'graceMs' | 'signal'>,
  onTimeout: () => void,
): () => void {
  let kill: NodeJS.Timeout | undefined;
  const ask = (signal: NodeJS.Signals): void => {
    child.kill(signal);
    kill ??= setTimeout(() => child.kill('SIGKILL'), options.graceMs);
  };
  const forget = callAfter(options.timeoutMs, () => {
    onTimeout();
    ask('SIGTERM');
  });
  const abort = (): void => ask(options.signal.reason === 'SIGTERM' ? 'SIGTERM' : 'SIGINT');
  if (options.signal.aborted) abort();
  else options.signal.addEventListener('abort', abort, { once: true });
  return () => {
    forget();
    clearTimeout(kill);
    options.signal.removeEventListener('abort', abort);
  };
}

/** How long its last output may take after it has ended: processes that it left behind may hold its pipes. */
const LAST_WORDS_MS = 2_000;

export function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => {
      const how = signal ?? `exit code ${code ?? 0}`;
      const late = setTimeout(() => resolve(how), LAST_WORDS_MS);
      child.once('close', () => {
        clearTimeout(late);
        resolve(how);
      });
    });
  });
}

export function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
