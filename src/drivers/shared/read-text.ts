import { readFileSync } from 'node:fs';

/** What a file of the kernel says; empty when there is none. */
export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
