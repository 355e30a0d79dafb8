import { spawn } from 'node:child_process';
import { ChaosError } from '../../support/errors.ts';
import { formatDuration } from '../../support/units.ts';

/** Who is notified when a nightly run is not a pass. */
export interface Notifications {
  /** Gets a POST with the message as JSON. It may contain a secret, so it is never printed. */
  webhook?: string;
  /** Run in a shell, with the message on stdin and its main fields in environment variables. */
  command?: string;
}

const WEBHOOK_MS = 10_000;
const COMMAND_MS = 60_000;
const KILL_MS = 2_000;

/** @throws ChaosError `usage` for an address that cannot receive a message */
export function checkWebhook(webhook: string): void {
  const url = URL.canParse(webhook) ? new URL(webhook) : null;
  const fine = url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
  if (!fine)
    throw new ChaosError(
      'usage',
      '--webhook: expected an http or https URL without a name and password in it',
    );
}

/**
 * Sends all notifications. @returns those that failed, in words: they do not change the verdict
 *
 * @param message plain data, without secrets
 */
export async function notify(
  { webhook, command }: Notifications,
  message: Record<string, unknown>,
): Promise<string[]> {
  const problems = await Promise.all([
    webhook === undefined ? null : post(webhook, message),
    command === undefined ? null : runCommand(command, message),
  ]);
  return problems.filter((problem) => problem !== null);
}

async function post(webhook: string, message: Record<string, unknown>): Promise<string | null> {
  const { host } = new URL(webhook);
  try {
    const response = await fetch(webhook, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'nats-chaos' },
      body: JSON.stringify(message),
      // The server there must not be able to redirect the message, or its address, to another place.
      redirect: 'manual',
      signal: AbortSignal.timeout(WEBHOOK_MS),
    });
    await response.body?.cancel();
    if (response.ok) return null;
    const moved = response.status >= 300 && response.status < 400;
    return `the webhook at ${host} answered ${response.status}${moved ? '; redirects are not followed' : ''}`;
  } catch (thrown) {
    return `the webhook at ${host} could not be notified: ${reasonOf(thrown)}`;
  }
}

/** Never the error's own message, which may contain the address. */
function reasonOf(thrown: unknown): string {
  if (thrown instanceof Error && thrown.name === 'TimeoutError')
    return `no answer within ${formatDuration(WEBHOOK_MS)}`;
  let last = thrown;
  while (last instanceof Error && last.cause !== undefined) last = last.cause;
  return (last as NodeJS.ErrnoException | undefined)?.code ?? 'it is unreachable';
}

function runCommand(command: string, message: Record<string, unknown>): Promise<string | null> {
  return new Promise((resolve) => {
    const child = spawn(command, {
      shell: true,
      // A process group of its own, so that its children end with it.
      detached: true,
      env: { ...process.env, ...environmentOf(message) },
      // Its output goes to stderr: stdout is for the result.
      stdio: ['pipe', 2, 2],
    });
    const stop = (signal: NodeJS.Signals): void => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, signal);
      } catch {
        // It has ended by itself.
      }
    };
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      stop('SIGTERM');
      setTimeout(() => stop('SIGKILL'), KILL_MS).unref();
    }, COMMAND_MS);
    const done = (problem: string | null): void => {
      clearTimeout(timer);
      resolve(problem);
    };
    child.once('error', (error) => done(`--on-regression could not be run: ${error.message}`));
    child.once('exit', (code, signal) => {
      const how = signal ?? `exit code ${code ?? 0}`;
      if (late) done(`--on-regression was not done within ${formatDuration(COMMAND_MS)}`);
      else done(code === 0 ? null : `--on-regression ended with ${how}`);
    });
    // The command need not read its input.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(`${JSON.stringify(message)}\n`);
  });
}

function environmentOf(message: Record<string, unknown>): Record<string, string> {
  const text = (name: string): string => {
    const value = message[name];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  };
  const { regressions } = message;
  return {
    NATS_CHAOS_NIGHT: text('night'),
    NATS_CHAOS_VERDICT: text('verdict'),
    NATS_CHAOS_EXIT_CODE: text('exitCode'),
    NATS_CHAOS_HEADLINE: text('headline'),
    NATS_CHAOS_FOLDER: text('folder'),
    NATS_CHAOS_REGRESSIONS: String(Array.isArray(regressions) ? regressions.length : 0),
  };
}
