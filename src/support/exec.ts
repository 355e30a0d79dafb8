import { spawn, type ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { ChaosError, messageOf } from './errors.ts';
import { throwIfAborted } from './deadline.ts';
import type { Milliseconds } from './units.ts';

export interface RunOptions {
  cwd?: string;
  /** The whole environment of the command; the runner's own when left out. */
  env?: NodeJS.ProcessEnv;
  timeoutMs?: Milliseconds;
  signal?: AbortSignal | undefined;
  /** What the command reads from its standard input; nothing when left out. */
  input?: string;
  /** Called with every line of either stream as it comes. */
  onLine?: (line: string) => void;
}

export interface RunResult {
  /** The exit code; 128 + the signal's number when a signal ended the command. */
  exitCode: number;
  stdout: string;
  stderr: string;
}

const GRACE_MS = 2000;

/**
 * Runs a command to its end, never through a shell. A command that fails is a result, not an error.
 *
 * @throws ChaosError `unavailable` (cannot be started), `timeout` or `aborted`; in the last two cases the command
 *   and everything that it started have ended by then
 */
export async function run(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  throwIfAborted(options.signal);
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: ['pipe', 'pipe', 'pipe'],
    // Its own process group, so that an abort also reaches what the command has started.
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  // A command may end without reading all of its input.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  const words = [command, ...args].join(' ');
  const stop = stopper(child);
  const timer = options.timeoutMs === undefined ? undefined : setTimeout(stop.now, options.timeoutMs);
  options.signal?.addEventListener('abort', stop.now, { once: true });
  try {
    const stdout = collect(child.stdout, options.onLine);
    const stderr = collect(child.stderr, options.onLine);
    const exitCode = await ended(child, words);
    throwIfAborted(options.signal);
    if (stop.called()) throw new ChaosError('timeout', `${words}: not done within ${options.timeoutMs} ms`);
    return { exitCode, stdout: await stdout, stderr: await stderr };
  } finally {
    clearTimeout(timer);
    stop.clear();
    options.signal?.removeEventListener('abort', stop.now);
  }
}

/** SIGTERM first; a command that does not end in time is killed, and its pipes are closed. */
function stopper(child: ChildProcess): { now: () => void; called: () => boolean; clear: () => void } {
  let last: NodeJS.Timeout | undefined;
  const now = (): void => {
    if (last !== undefined) return;
    signalGroup(child, 'SIGTERM');
    last = setTimeout(() => {
      signalGroup(child, 'SIGKILL');
      child.stdout?.destroy();
      child.stderr?.destroy();
    }, GRACE_MS);
  };
  return { now, called: () => last !== undefined, clear: () => clearTimeout(last) };
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // It has already ended.
  }
}

async function collect(stream: Readable, onLine: ((line: string) => void) | undefined): Promise<string> {
  if (onLine) createInterface({ input: stream }).on('line', onLine);
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  await new Promise<void>((resolve) => stream.once('close', resolve));
  return Buffer.concat(chunks).toString('utf8');
}

function ended(child: ChildProcess, words: string): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'ENOENT' ? 'no such command' : messageOf(error);
      reject(new ChaosError('unavailable', `${words}: cannot be started: ${why}`, { cause: error }));
    });
    child.once('close', (code, signal) => {
      resolve(code ?? 128 + (signal ? constants.signals[signal] : 0));
    });
  });
}
