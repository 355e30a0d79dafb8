import Table from 'cli-table3';
import type { LeftOut } from './choose-groups.ts';
import { GROUPS, type Group } from './groups.ts';

/** Those that would have run in some projects. */
export function leftOutOf(projects: readonly string[], leftOut: readonly LeftOut[]): LeftOut[] {
  return leftOut.filter(({ group }) =>
    (GROUPS[group] as Group).projects.some((one) => projects.includes(one)),
  );
}

/** What was left out, why, and how to get it: one row for all that lack the same. */
export function leftOutTable(leftOut: readonly LeftOut[]): string {
  const rows = new Map<string, { what: string[]; why: string; how: string }>();
  for (const { group, why, how } of leftOut) {
    const row = rows.get(`${why}\n${how}`) ?? { what: [], why, how };
    row.what.push(GROUPS[group].what);
    rows.set(`${why}\n${how}`, row);
  }
  const table = new Table({
    head: ['not tested here', 'because', 'to test it'],
    colWidths: [34, 50, 42],
    wordWrap: true,
    style: { head: [], border: [] },
  });
  for (const { what, why, how } of rows.values()) table.push([what.join('; '), why, how]);
  return table.toString();
}
