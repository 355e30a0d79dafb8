import { GROUPS, type Group, type GroupName } from './groups.ts';
import type { Gap, Surroundings } from './surroundings.ts';

/** A group that cannot run here. */
export interface LeftOut extends Gap {
  group: GroupName;
}

/** Which groups of tests can run in some surroundings, and why the others cannot: every group is in one of the two. */
export function chooseGroups(surroundings: Surroundings): { run: GroupName[]; leftOut: LeftOut[] } {
  const run: GroupName[] = [];
  const leftOut: LeftOut[] = [];
  for (const [name, { needs }] of Object.entries<Group>(GROUPS)) {
    const group = name as GroupName;
    const gaps = needs.flatMap((need) => need(surroundings) ?? []);
    if (gaps.length === 0) run.push(group);
    else leftOut.push({ group, why: joined(gaps, 'why'), how: joined(gaps, 'how') });
  }
  return { run, leftOut };
}

function joined(gaps: readonly Gap[], field: keyof Gap): string {
  return [...new Set(gaps.map((gap) => gap[field]))].join('; and ');
}
