import { SCRIPTS } from '../completion/scripts.ts';
import type { Shell } from '../completion/shells.ts';
import { ExitCode } from '../exit-codes.ts';
import { write } from '../output.ts';

/** `chaos completion SHELL`: prints the script that makes the shell ask this program. */
export function completionCommand(shell: Shell): Promise<number> {
  write(SCRIPTS[shell]);
  return Promise.resolve(ExitCode.pass);
}
