import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

/** The path of a program that can be started: its own, or that in a folder of PATH; undefined where there is none. */
export function findProgram(program: string): string | undefined {
  if (isAbsolute(program)) return isExecutable(program) ? program : undefined;
  if (program.includes('/')) return undefined;
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
