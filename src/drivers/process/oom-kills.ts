import { dirname, join } from 'node:path';
import { numberIn } from './memory-limits.ts';
import { readText } from '../system/read-text.ts';

/**
 * How many processes the kernel has killed because memory ran out, in a memory control group or on the whole machine.
 * Zero when there is no counter.
 *
 * @param group the `cgroup.procs` of the group; left out: the machine
 */
export function oomKills(group: string | undefined): number {
  const files =
    group === undefined
      ? ['/proc/vmstat']
      : ['memory.events', 'memory.oom_control'].map((name) => join(dirname(group), name));
  for (const file of files) {
    const kills = numberIn(readText(file), 'oom_kill');
    if (kills > 0) return kills;
  }
  return 0;
}
