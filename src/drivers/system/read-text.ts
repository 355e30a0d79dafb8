import { readFileSync } from 'node:fs';

/** The text of a kernel file; empty when there is no such file. */
export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
