import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ALL_IS_WELL } from '../../run/guardian.ts';
import { ChaosError } from '../../support/errors.ts';

export interface GuardianProcess {
  /** Tells the guardian that there is nothing left for it to do; it then ends. */
  dismiss(): Promise<void>;
}

/**
 * Starts the process that undoes everything should this one die. @throws ChaosError when it cannot be started
 *
 * @param program the guardian's built program
 */
export function startGuardian(program: URL, journal: string): GuardianProcess {
  const path = fileURLToPath(program);
  if (!existsSync(path)) {
    throw new ChaosError('unavailable', `the guardian's program is missing: ${path}`, {
      hint: 'run npm run build',
    });
  }
  const child = spawn(process.execPath, [path, journal], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.unref();
  // A guardian that died already breaks the pipe; the run then ends without one.
  child.stdin.on('error', () => undefined);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    dismiss: async () => {
      child.ref();
      child.stdin.end(ALL_IS_WELL);
      await ended;
    },
  };
}
