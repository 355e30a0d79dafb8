import { randomBytes } from 'node:crypto';

/** Eight hexadecimal digits that identify a run. */
export function newRunId(): string {
  return randomBytes(4).toString('hex');
}

/** `20261121T031500Z`: sorts by time, and is safe in a file name. */
export function utcStamp(date: Date): string {
  return date
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replace(/[-:]/g, '');
}
