import { paintFor, paintVerdict, SIGNS } from '../report/paint.ts';
import { counted, printable, wrap } from '../report/text.ts';
import { formatDuration, formatPercentage } from '../support/units.ts';
import type { SavedSearch, SearchFinding, SearchRun } from './saved.ts';
import { isConclusive, outcomeOf } from './search.ts';

const MOST_LISTED = 12;
/** Of the names of lines, with the space after them. */
const NAMES = 12;

/** A search for a terminal: findings first, then what was covered. @param folder as the user would write it */
export function renderSearch(
  search: SavedSearch,
  folder: string,
  { color, width }: { color: boolean; width: number },
): string {
  const paint = paintFor(color);
  const { verdict, headline } = outcomeOf(search);
  const { runs, findings, neverDrawn, warnings, stopped } = search;
  const rows: [name: string, text: string][] = [
    ...runRows(search),
    ['covered', coveredText(search)],
    ...(neverDrawn.length === 0 ? [] : [['not drawn', listText(neverDrawn, '; ')] as [string, string]]),
    ...reasonRows(search),
    ...warnings.map((warning): [string, string] => ['warning', warning]),
    ...(stopped === undefined ? [] : [['stopped', stopped] as [string, string]]),
    ['saved', `${folder}/explore.html, explore.json`],
  ];
  const lines = [
    paintVerdict(paint, verdict, `${SIGNS[verdict]} ${verdict.toUpperCase()}  ${printable(headline)}`),
    '',
    ...findings.flatMap((finding) => {
      const first = runs.find(({ number }) => number === finding.runs[0]);
      const lines = findingLines(finding, folder, first);
      return [`  ${paint.bad(`${SIGNS.fail} ${printable(finding.words)}`)}`, ...fit(lines, 4, width), ''];
    }),
    ...rows.flatMap(([name, text]) => rowLines(name, text, width)),
  ];
  return `${lines.join('\n')}\n`;
}

function rowLines(name: string, text: string, width: number): string[] {
  const [first = '', ...rest] = fit([text], NAMES, width);
  return [`  ${name.padEnd(NAMES - 2)}${first.slice(NAMES)}`, ...rest];
}

/** Lines that are indented, and broken where they are wider than the terminal. */
function fit(lines: readonly string[], indent: number, width: number): string[] {
  const space = Math.max(40, width - indent);
  return lines.flatMap((line) => wrap(printable(line), space)).map((line) => `${' '.repeat(indent)}${line}`);
}

function findingLines(
  { runs, reduced, notReduced }: SearchFinding,
  folder: string,
  first: SearchRun | undefined,
): string[] {
  return [
    `in ${counted(runs.length, 'run')}: ${listText(runs.map(String), ', ')}`,
    ...(first === undefined ? [] : [`run ${first.number}: ${first.headline}`]),
    ...(reduced === null
      ? [`not reduced${notReduced === undefined ? '' : `: ${notReduced}`}`]
      : [
          `smallest experiment, shown in ${reduced.after.shown} of ${counted(reduced.after.of, 'run')}:`,
          `${folder}/${reduced.experiment}`,
        ]),
  ];
}

function runRows({ runs, wallMs, seed }: SavedSearch): [string, string][] {
  const mutated = runs.filter(({ kind }) => kind === 'mutated').length;
  const reused = runs.filter((run) => run.reused !== undefined).length;
  const newsIn = runs.filter(({ novel }) => novel.length > 0);
  const perMinute = wallMs > 0 ? ((runs.length / wallMs) * 60_000).toFixed(1) : '0';
  const last = newsIn.at(-1);
  return [
    ['runs', `${runs.length} in ${formatDuration(wallMs)}, ${perMinute} a minute; seed ${seed}`],
    ['', `${mutated} mutations of earlier ones; ${reused} on servers of earlier ones`],
    [
      'new',
      last === undefined
        ? 'in no run'
        : `in ${counted(newsIn.length, 'run')}, the last of them run ${last.number}`,
    ],
  ];
}

function coveredText({ covered, features }: SavedSearch): string {
  const had = features.filter(({ count }) => count > 0).length;
  const counts = `${had} of ${features.length} faults, actions and settings`;
  return covered === undefined ? counts : `${formatPercentage(covered, 0)} with values; ${counts}`;
}

function listText(names: readonly string[], between: string): string {
  const more = names.length - MOST_LISTED;
  return `${names.slice(0, MOST_LISTED).join(between)}${more > 0 ? `${between}and ${more} more` : ''}`;
}

/** Why runs have no conclusive verdict, the most frequent reason first. */
function reasonRows({ runs }: SavedSearch): [string, string][] {
  const numbers = new Map<string, string[]>();
  for (const run of runs.filter((one) => !isConclusive(one))) {
    const reason = `${run.verdict}: ${run.reason ?? run.headline}`;
    numbers.set(reason, [...(numbers.get(reason) ?? []), String(run.number)]);
  }
  const reasons = [...numbers].sort(([, a], [, b]) => b.length - a.length).slice(0, MOST_LISTED);
  return reasons.map(([reason, those]) => [
    counted(those.length, 'run'),
    `${reason} (${listText(those, ', ')})`,
  ]);
}
