import type { SearchFinding, SearchRun } from '../../explore/saved.ts';
import { isConclusive, type Search } from '../../explore/search.ts';
import { SIGNS } from '../../report/paint.ts';
import { clip, counted, printable } from '../../report/text.ts';
import { formatDuration, formatPercentage } from '../../support/units.ts';
import { complain, widthOf, write } from '../output.ts';
import type { DrawnRun } from './draw-run.ts';

export type SearchProgressMode = 'tty' | 'plain' | 'quiet';

/** What a line says of a search while it goes on. */
export interface Standing {
  /** 0 to 1. */
  covered: number;
  elapsedMs: number;
}

const TICK_MS = 1_000;
/** Whatever a server says may be in a headline; the report has the whole of it. */
const LONGEST_HEADLINE = 300;

/** One line that is kept up to date on a terminal; elsewhere a line for every run. */
export class SearchProgress {
  readonly #mode: SearchProgressMode;
  readonly #search: Search;
  readonly #standing: () => Standing;
  readonly #going = new Map<number, DrawnRun>();
  #doing = '';
  #ticker: NodeJS.Timeout | undefined;

  constructor(mode: SearchProgressMode, search: Search, standing: () => Standing) {
    this.#mode = mode;
    this.#search = search;
    this.#standing = standing;
    if (mode === 'tty') this.#ticker = setInterval(() => this.#draw(), TICK_MS).unref();
  }

  began(run: DrawnRun): void {
    this.#going.set(run.number, run);
    this.#draw();
  }

  ended(number: number, run: SearchRun | null): void {
    this.#going.delete(number);
    if (run === null) this.#line(`run ${number} ${SIGNS.interrupted} interrupted, and undone`);
    else if (this.#mode === 'plain' || !isConclusive(run) || run.verdict === 'fail')
      this.#line(runLine(run, this.#search.findings));
    this.#draw();
    if (this.#mode === 'plain') complain(standingLine(this.#search, this.#standing()));
  }

  /** What is done beside the runs of the search: reducing a finding. */
  doing(text: string): void {
    this.#doing = text === '' ? '' : `reduce: ${text.trim()}`;
    if (this.#mode === 'plain' && text !== '') complain(printable(this.#doing));
    this.#draw();
  }

  end(): void {
    clearInterval(this.#ticker);
    this.#erase();
    this.#ticker = undefined;
  }

  #line(text: string): void {
    if (this.#mode === 'quiet') return;
    this.#erase();
    complain(printable(text));
  }

  #draw(): void {
    if (this.#mode !== 'tty' || this.#ticker === undefined) return;
    const kinds = [...this.#going.values()].map(
      ({ number, schedule }) => `run ${number}: ${kindsText(schedule.events.map(({ kind }) => kind))}`,
    );
    const now = this.#doing === '' ? kinds.join('; ') : this.#doing;
    const text = printable(`${standingLine(this.#search, this.#standing())}${now === '' ? '' : ` · ${now}`}`);
    write(`\r\u001b[2K${clip(text, Math.max(20, widthOf(process.stderr, 80) - 1))}`, 'stderr');
  }

  #erase(): void {
    if (this.#mode === 'tty') write('\r\u001b[2K', 'stderr');
  }
}

/** `run 17 (from 3) ✘ fail in 12 s: kill, pause; 2 new; found first here: check no-loss missing; …; runs/0017/…`. */
export function runLine(run: SearchRun, findings: readonly SearchFinding[]): string {
  const { number, of, verdict, ms, headline, kinds, novel, folder, signatures } = run;
  const how = of === undefined ? '' : ` (from ${of})`;
  const found = findings
    .filter(({ id }) => signatures.includes(id))
    .map(({ words, runs }) => `found ${runs[0] === number ? 'first here' : 'again'}: ${words}`);
  const parts = [
    kindsText(kinds),
    ...(novel.length === 0 ? [] : [`${novel.length} new`]),
    ...found,
    ...(verdict === 'pass' ? [] : [clip(headline, LONGEST_HEADLINE)]),
    ...(verdict === 'pass' || folder === undefined ? [] : [folder]),
  ];
  return `run ${number}${how} ${SIGNS[verdict]} ${verdict} in ${formatDuration(ms)}: ${parts.join('; ')}`;
}

function kindsText(kinds: readonly string[]): string {
  return [...new Set(kinds)].join(', ') || 'no fault';
}

/** `37 of 200 runs · 2 findings · 81% covered · 12 m 05 s left`. */
export function standingLine(search: Search, { covered, elapsedMs }: Standing): string {
  const { runs, findings, budget } = search;
  const without = runs.filter((run) => !isConclusive(run)).length;
  const left = budget.ms === undefined ? [] : [`${formatDuration(Math.max(0, budget.ms - elapsedMs))} left`];
  return [
    budget.runs === undefined
      ? counted(runs.length, 'run')
      : `${runs.length} of ${counted(budget.runs, 'run')}`,
    counted(findings.length, 'finding'),
    ...(without === 0 ? [] : [`${without} not conclusive`]),
    `${formatPercentage(covered, 0)} covered`,
    ...left,
  ].join(' · ');
}
