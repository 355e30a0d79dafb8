import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** The path of a log in the run's folder of logs, which is made when it is missing. */
export function logFile(folder: string, name: string): string {
  mkdirSync(folder, { recursive: true });
  return join(folder, `${name}.log`);
}
