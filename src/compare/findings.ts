import { claimsOf, type Claim } from '../report/forms/claims.ts';
import type { FindingRow } from './comparison.ts';
import type { Group } from './groups.ts';

/** Every claim that did not hold somewhere, the ones that appeared first. */
export function findingRows(reference: Group, others: readonly Group[]): FindingRow[] {
  const groups = [reference, ...others].map((group) => ({
    id: group.info.id,
    runs: group.runs.map(({ saved }) => broken(claimsOf(saved))),
  }));
  const claims = new Map<string, Claim>();
  for (const { runs } of groups)
    for (const run of runs)
      for (const [name, claim] of run) {
        // A claim that failed somewhere is shown with that, whatever became of it elsewhere.
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
      appearedIn: before === 0 ? after.filter(([, n]) => n > 0).map(([id]) => id) : [],
      wentIn: before > 0 ? after.filter(([, n]) => n === 0).map(([id]) => id) : [],
    };
  });
  return rows.sort((a, b) => b.appearedIn.length - a.appearedIn.length || b.wentIn.length - a.wentIn.length);
}

/** By a name that is the same in every run of the experiment. */
function broken(claims: readonly Claim[]): Map<string, Claim> {
  const bad = claims.filter(({ outcome }) => outcome !== 'pass' && outcome !== 'not-run');
  return new Map(bad.map((claim) => [`${claim.group}, ${claim.where}: ${claim.name}`, claim]));
}
