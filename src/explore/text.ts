import { SIGNS } from '../report/paint.ts';
import { printable } from '../report/text.ts';
import { formatDuration } from '../support/units.ts';
import type { SavedSearch } from './saved.ts';
import { isConclusive, outcomeOf } from './search.ts';

const MOST_LISTED = 12;

/** A search for a terminal: findings first, then what was covered. @param folder as the user would write it */
export function renderSearch(search: SavedSearch, folder: string): string {
  const { verdict, headline } = outcomeOf(search);
  const { runs, findings, features, neverDrawn, warnings, wallMs, seed } = search;
  const had = features.filter(({ count }) => count > 0).length;
  const mutated = runs.filter(({ kind }) => kind === 'mutated').length;
  const reused = runs.filter((run) => run.reused !== undefined).length;
  const lines = [
    `${SIGNS[verdict]} ${verdict.toUpperCase()}  ${headline}`,
    '',
    ...findings.flatMap(findingLines),
    ...(findings.length > 0 ? [''] : []),
    `  runs      ${runs.length} in ${formatDuration(wallMs)}, ${mutated} of them mutations, ${reused} on servers of earlier runs; seed ${seed}`,
    `  new       ${runs.filter(({ novel }) => novel.length > 0).length} runs showed something new`,
    `  covered   ${had} of ${features.length} faults, actions and settings`,
    ...listed('never', neverDrawn),
    ...reasonLines(search),
    ...warnings.map((warning) => `  warning   ${warning}`),
    ...(search.stopped === undefined ? [] : [`  stopped   ${search.stopped}`]),
    `  saved     ${folder}/explore.json, explore.html`,
  ];
  return `${lines.map(printable).join('\n')}\n`;
}

function findingLines({
  words,
  count,
  runs,
  reduced,
  notReduced,
}: SavedSearch['findings'][number]): string[] {
  const after = reduced?.after;
  return [
    `  ${SIGNS.fail} ${words}`,
    `      in ${count} ${count === 1 ? 'run' : 'runs'} (${runs.slice(0, MOST_LISTED).join(', ')}${runs.length > MOST_LISTED ? ', …' : ''})`,
    ...(reduced === null || after === undefined
      ? [`      not reduced${notReduced === undefined ? '' : `: ${notReduced}`}`]
      : [`      reduced: ${reduced.experiment} (shown in ${after.shown} of ${after.of} runs)`]),
  ];
}

function listed(title: string, names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const more = names.length - MOST_LISTED;
  const shown = names.slice(0, MOST_LISTED).join('; ');
  return [`  ${title.padEnd(9)} ${shown}${more > 0 ? `; and ${more} more` : ''}`];
}

/** Why runs have no conclusive verdict, the most frequent reason first. */
function reasonLines({ runs }: SavedSearch): string[] {
  const counts = new Map<string, number>();
  for (const run of runs.filter((one) => !isConclusive(one))) {
    const reason = `${run.verdict}: ${run.reason ?? run.headline}`;
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  const reasons = [...counts].sort((a, b) => b[1] - a[1]).slice(0, MOST_LISTED);
  return reasons.map(([reason, count]) => `  ${String(count).padStart(4)} ×    ${reason}`);
}
