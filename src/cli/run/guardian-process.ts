import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ALL_IS_WELL, WATCHING } from '../../run/undo/guardian.ts';
import { withDeadline } from '../../support/deadline.ts';
import { ChaosError } from '../../support/errors.ts';
import { asChaosError } from '../../support/system-errors.ts';

const STARTS_WITHIN_MS = 20_000;
/** If guardians keep dying, another one does not help. */
const RESTARTS = 3;

export interface GuardianProcess {
  /** Tells the guardian that nothing is left to undo; it then ends. */
  dismiss(): Promise<void>;
}

export interface GuardianOptions {
  /** The guardian's built program. */
  program: URL;
  journal: string;
  /** Called when a guardian died and a new one watches in its place. */
  restarted(text: string): void;
  /** Called when no guardian watches any more. */
  lost(thrown: unknown): void;
}

/**
 * Starts the process that undoes everything if this one dies; a guardian that dies is replaced. When this resolves, the
 * guardian is watching: nothing may be started before.
 *
 * @throws ChaosError when it cannot be started
 */
export async function startGuardian(options: GuardianOptions): Promise<GuardianProcess> {
  const path = fileURLToPath(options.program);
  if (!existsSync(path)) {
    throw new ChaosError('unavailable', `the guardian's program is missing: ${path}`, {
      hint: 'run npm run build',
    });
  }
  let dismissed = false;
  let restarts = 0;
  const start = (): Promise<ChildProcess> => oneGuardian(path, options.journal);
  const watch = (guardian: ChildProcess): void => {
    const replace = (): void => {
      if (!dismissed) current = current.then(() => again(howItEnded(guardian)));
    };
    if (hasEnded(guardian)) replace();
    else guardian.once('exit', replace);
  };
  const again = async (how: string): Promise<ChildProcess | undefined> => {
    if (dismissed) return undefined;
    try {
      if ((restarts += 1) > RESTARTS) throw new ChaosError('resources', `it has died ${restarts} times`);
      const guardian = await start();
      watch(guardian);
      options.restarted(`the guardian ${how}: another one watches`);
      return guardian;
    } catch (thrown) {
      options.lost(asChaosError(thrown, `the guardian ${how}, and none can be started in its place`));
      return undefined;
    }
  };
  const first = await start();
  let current: Promise<ChildProcess | undefined> = Promise.resolve(first);
  watch(first);
  return {
    dismiss: async () => {
      dismissed = true;
      const guardian = await current;
      if (guardian !== undefined && !hasEnded(guardian)) await sendOff(guardian);
    },
  };
}

/** Resolves when it is watching. */
async function oneGuardian(program: string, journal: string): Promise<ChildProcess> {
  // When no file descriptors are left, it has no pipes at all.
  const child: ChildProcess = spawn(process.execPath, [program, journal], {
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  child.unref();
  // A guardian that has just died breaks the pipe; its exit event is handled elsewhere.
  child.stdin?.on('error', () => undefined);
  const watching = new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () =>
      reject(new ChaosError('resources', `the guardian ${howItEnded(child)} at its start`)),
    );
    child.stdout?.once('data', (text: Buffer) => {
      if (text.toString() === WATCHING) resolve();
    });
  });
  try {
    await withDeadline(watching, STARTS_WITHIN_MS, 'start of the guardian');
  } catch (thrown) {
    child.kill('SIGKILL');
    throw asChaosError(
      thrown,
      'the guardian, which undoes everything should this program die, cannot be started',
    );
  } finally {
    child.stdout?.destroy();
    child.removeAllListeners('exit');
  }
  return child;
}

function sendOff(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.ref();
    child.once('exit', () => resolve());
    child.stdin?.end(ALL_IS_WELL);
  });
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

function howItEnded({ exitCode, signalCode }: ChildProcess): string {
  return signalCode === null ? `has ended (exit code ${exitCode ?? '?'})` : `was ended by ${signalCode}`;
}
