import type { SearchRun } from '../../explore/saved.ts';
import { isConclusive, type Search } from '../../explore/search.ts';
import { SIGNS } from '../../report/paint.ts';
import { clip, printable } from '../../report/text.ts';
import { formatDuration, formatPercentage } from '../../support/units.ts';
import { complain, write } from '../output.ts';
import type { DrawnRun } from './draw-run.ts';

export type SearchProgressMode = 'tty' | 'plain' | 'quiet';

/** What a line says of a search while it goes on. */
export interface Standing {
  /** 0 to 1. */
  covered: number;
  elapsedMs: number;
}

const TICK_MS = 1_000;
const WIDEST = 200;

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
    else if (this.#mode === 'plain' || !isConclusive(run) || run.verdict === 'fail') this.#line(runLine(run));
    this.#draw();
    if (this.#mode === 'plain') complain(standingLine(this.#search, this.#standing()));
  }

  /** What is done beside the runs of the search: reducing a finding. */
  doing(text: string): void {
    this.#doing = text;
    if (this.#mode === 'plain' && text !== '') complain(printable(text));
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
    complain(clip(printable(text), WIDEST));
  }

  #draw(): void {
    if (this.#mode !== 'tty' || this.#ticker === undefined) return;
    const kinds = [...this.#going.values()].map(
      ({ number, schedule }) =>
        `run ${number}: ${[...new Set(schedule.events.map(({ kind }) => kind))].join(' ')}`,
    );
    const now = this.#doing === '' ? kinds.join('; ') : this.#doing.trim();
    const text = printable(`${standingLine(this.#search, this.#standing())}  ${now}`);
    write(`\r\u001b[2K${clip(text, Math.max(20, (process.stderr.columns || 100) - 1))}`, 'stderr');
  }

  #erase(): void {
    if (this.#mode === 'tty') write('\r\u001b[2K', 'stderr');
  }
}

function runLine({ number, kind, of, verdict, ms, headline, kinds, novel }: SearchRun): string {
  const how = kind === 'drawn' ? '' : ` (from ${of ?? '?'})`;
  const news = novel.length === 0 ? '' : `; ${novel.length} new`;
  const what = verdict === 'pass' ? kinds.join(' ') : headline;
  return `run ${number}${how} ${SIGNS[verdict]} ${verdict} in ${formatDuration(ms)}${news}: ${what}`;
}

/** `37 of 200 runs · 2 findings · 81% covered · 12 m 05 s left`. */
export function standingLine(search: Search, { covered, elapsedMs }: Standing): string {
  const { runs, findings, budget } = search;
  const without = runs.filter((run) => !isConclusive(run)).length;
  const left = budget.ms === undefined ? [] : [`${formatDuration(Math.max(0, budget.ms - elapsedMs))} left`];
  return [
    `${runs.length}${budget.runs === undefined ? '' : ` of ${budget.runs}`} runs`,
    `${findings.length} ${findings.length === 1 ? 'finding' : 'findings'}`,
    ...(without === 0 ? [] : [`${without} not conclusive`]),
    `${formatPercentage(covered, 0)} covered`,
    ...left,
  ].join(' · ');
}
