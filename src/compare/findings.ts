import { claimsOf, type Claim } from '../report/forms/claims.ts';
import type { FindingRow } from './comparison.ts';
import type { Group } from './groups.ts';

/**
 * Every claim that did not hold in some run, the new ones first.
 *
 * @param isHeld whether the first group is a reference that shows what is new in the others
 */
export function findingRows(all: readonly Group[], hasReference: boolean): FindingRow[] {
  const groups = all.map((group) => ({
    id: group.info.id,
    runs: group.runs.map(({ saved }) => broken(claimsOf(saved))),
  }));
  const claims = new Map<string, Claim>();
  for (const { runs } of groups)
    for (const run of runs)
      for (const [name, claim] of run) {
        // A claim that failed in one run is shown with the failure, whatever happened to it in the others.
        if (claims.get(name)?.outcome !== 'fail') claims.set(name, claim);
      }
  const rows = [...claims].map(([name, { outcome, statement }]) => {
    const seen = groups.map(({ id, runs }) => [id, runs.filter((run) => run.has(name)).length] as const);
    const before = seen[0]?.[1] ?? 0;
    const after = seen.slice(1);
    return {
      claim: name,
      outcome,
      statement,
      seen: Object.fromEntries(seen),
      appearedIn: hasReference && before === 0 ? after.filter(([, n]) => n > 0).map(([id]) => id) : [],
      wentIn: hasReference && before > 0 ? after.filter(([, n]) => n === 0).map(([id]) => id) : [],
    };
  });
  return rows.sort((a, b) => b.appearedIn.length - a.appearedIn.length || b.wentIn.length - a.wentIn.length);
}

/** By a name that is the same in every run of the experiment. */
function broken(claims: readonly Claim[]): Map<string, Claim> {
  const bad = claims.filter(({ outcome }) => outcome !== 'pass' && outcome !== 'not-run');
  return new Map(bad.map((claim) => [`${claim.group}, ${claim.where}: ${claim.name}`, claim]));
}
