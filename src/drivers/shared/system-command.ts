import { ChaosError } from '../../support/errors.ts';
import { run } from '../../support/exec.ts';
import type { Milliseconds } from '../../support/units.ts';
import type { SystemCommand } from '../machine.ts';

const COMMAND_MS: Milliseconds = 10_000;

/** Folders of commands for administrators, which are not on everybody's PATH. */
export const ADMIN_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** Runs a command of the operating system. @returns what it printed @throws ChaosError `failed` with its own words */
export async function systemCommand(command: SystemCommand, args: readonly string[]): Promise<string> {
  const env = { ...process.env, PATH: [process.env.PATH ?? '', ...ADMIN_FOLDERS].join(':'), LC_ALL: 'C' };
  const { exitCode, stdout, stderr } = await run(command, args, { env, timeoutMs: COMMAND_MS });
  if (exitCode === 0) return stdout.trim();
  throw new ChaosError('failed', `${[command, ...args].join(' ')}: ${stderr.trim() || `exit ${exitCode}`}`);
}
