import type { Needs } from './needs.ts';

/** What a worker has room for. */
export interface Room {
  slots: number;
  cores: number;
}

/** Whether a run with these needs may begin beside those that are going on. */
export function fits(next: Needs, running: readonly Needs[], { slots, cores }: Room): boolean {
  if (running.length === 0) return true;
  if (running.length >= slots || next.alone || running.some(({ alone }) => alone)) return false;
  return running.reduce((sum, one) => sum + one.cores, next.cores) <= cores;
}

/** In which order a worker asks for runs: first for those that fewest others can do. */
export function byDemand(a: Needs, b: Needs): number {
  return demand(b) - demand(a);
}

function demand({ driver, capabilities, binaries, programs, cores }: Needs): number {
  const special = driver === 'process' ? 0 : 10;
  return special + capabilities.length + 5 * (binaries.length + programs.length) + cores;
}
