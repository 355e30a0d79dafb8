import { SCRIPTS } from '../completion/scripts.ts';
import type { Shell } from '../completion/shells.ts';
import { ExitCode } from '../exit-codes.ts';

/** `chaos completion SHELL`: the script that makes the shell ask this program. */
export function completionCommand(shell: Shell): Promise<number> {
  process.stdout.write(SCRIPTS[shell]);
  return Promise.resolve(ExitCode.pass);
}
