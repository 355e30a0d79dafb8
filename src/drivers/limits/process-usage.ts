import type { Bytes, Milliseconds } from '../../support/units.ts';

/** Linux reports CPU time to user space in hundredths of a second, on every machine. */
const TICK_MS = 10;

/** @param stat the text of /proc/<pid>/stat */
export function usedBy(stat: string): Milliseconds {
  // The command name is in parentheses and may hold any character, so the fields are counted after it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * TICK_MS;
}

/** @param status the text of /proc/<pid>/status */
export function residentIn(status: string): Bytes {
  const [, kibibytes = '0'] = /^VmRSS:\s*(\d+) kB/m.exec(status) ?? [];
  return Number(kibibytes) * 1024;
}
