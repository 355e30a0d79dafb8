import { ChaosError } from '../../support/errors.ts';
import { run } from '../../support/exec.ts';
import type { Milliseconds } from '../../support/units.ts';
import type { SystemCommand } from '../machine.ts';

const COMMAND_MS: Milliseconds = 10_000;

/** Folders of commands for administrators, which are not on everybody's PATH. */
export const ADMIN_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/**
 * Runs a command of the operating system.
 *
 * @param input what it reads from its standard input
 * @returns what it printed
 * @throws ChaosError `failed` with the command's error output
 */
export async function systemCommand(
  command: SystemCommand,
  args: readonly string[],
  input = '',
): Promise<string> {
  const { exitCode, stdout, stderr } = await run(command, args, {
    env: administratorEnv(),
    timeoutMs: COMMAND_MS,
    input,
  });
  if (exitCode === 0) return stdout.trim();
  throw new ChaosError('failed', `${[command, ...args].join(' ')}: ${stderr.trim() || `exit ${exitCode}`}`);
}

/** An environment that finds administrators' commands and makes them print English. */
export function administratorEnv(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: [process.env.PATH ?? '', ...ADMIN_FOLDERS].join(':'), LC_ALL: 'C' };
}
