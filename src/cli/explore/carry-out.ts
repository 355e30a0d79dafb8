import { Coverage } from '../../explore/coverage.ts';
import { Novelty } from '../../explore/novelty.ts';
import type { SearchRun } from '../../explore/saved.ts';
import { addRun, asKnown, noteCoverage, noteOverlaps, type Search } from '../../explore/search.ts';
import { isKnownAs, signaturesOf, type Signature } from '../../reduce/signature.ts';
import type { SavedRun } from '../../report/schema.ts';
import { systemClock } from '../../support/clock.ts';
import type { ChaosError } from '../../support/errors.ts';
import { callAfter } from '../../support/long-timer.ts';
import { asChaosError } from '../../support/system-errors.ts';
import { drawRun, keptSchedule, type DrawContext, type DrawnRun } from './draw-run.ts';
import { INTERRUPTED } from '../reduce/tries.ts';
import type { Carrier } from '../suite/carrier.ts';
import { adoptedRun, failedRun, oneRun, savedOf, type EndedRun } from './one-run.ts';
import { appendSignals, readSignals, saveSearch } from './search-folder.ts';

export interface CarryOutOptions {
  draw: DrawContext;
  carrier: Carrier;
  parallel: number;
  /** Of one run. */
  runTimeoutMs: number;
  stopOnFirst: boolean;
  /** Its reason is the signal that is sent on to the runs. */
  signal: AbortSignal;
  readonly began: (run: DrawnRun) => void;
  readonly ended: (number: number, run: SearchRun | null) => void;
  /** Called for each finding that no earlier run has shown, with the run that did; no other run begins meanwhile by the same worker. */
  readonly found: (finding: Signature, run: SearchRun, saved: SavedRun) => Promise<void>;
}

/** What may not outlast one run of a search without being reported. */
const MOST_ERRORS_IN_A_ROW = 5;

/** Carries out the missing runs of a search until its budget is used, and keeps its folder up to date after each. */
export class SearchRunner {
  readonly #search: Search;
  readonly #options: CarryOutOptions;
  readonly #novelty = new Novelty();
  readonly #coverage: Coverage;
  readonly #wallBefore: number;
  readonly #began = systemClock.monotonicMs();
  readonly #taken = new Set<number>();
  /** Verdicts of the runs of this sitting, in the order in which they ended. */
  readonly #verdicts: SearchRun['verdict'][] = [];
  /** Runs that wait elsewhere are taken back when it fires: no worker may ever take them. */
  readonly #withdrawal = new AbortController();
  #problem: ChaosError | undefined;

  constructor(search: Search, options: CarryOutOptions) {
    this.#search = search;
    this.#options = options;
    this.#wallBefore = search.wallMs;
    this.#coverage = new Coverage(options.draw.template.space);
    const signals = readSignals(options.draw.folder);
    for (const { number } of search.runs) {
      this.#taken.add(number);
      this.#novelty.add(signals.get(number) ?? []);
      this.#coverage.add(number, keptSchedule(options.draw, number));
    }
    noteCoverage(search, this.#coverage);
  }

  /** How much of the space was in a run: 0 to 1. */
  get covered(): number {
    return this.#coverage.share;
  }

  /** Milliseconds that the search has been going on, without interruptions. */
  get elapsedMs(): number {
    return this.#wallBefore + Math.round(systemClock.monotonicMs() - this.#began);
  }

  /** Resolves when every run that began has ended. @throws the first error that ends a search */
  async run(): Promise<void> {
    const search = this.#search;
    delete search.endedAt;
    delete search.stopped;
    delete search.interrupted;
    this.#save();
    const { parallel, signal } = this.#options;
    const { ms: budgetMs } = search.budget;
    const left = budgetMs === undefined ? undefined : Math.max(0, budgetMs - this.elapsedMs);
    const forget = left === undefined ? undefined : callAfter(left, () => this.#withdrawal.abort());
    await this.#reduceEarlier();
    await Promise.all(Array.from({ length: parallel }, () => this.#work()));
    forget?.();
    if (signal.aborted) search.interrupted = signal.reason as 'SIGINT' | 'SIGTERM';
    search.endedAt = systemClock.now().toISOString();
    this.#save();
    if (this.#problem !== undefined) throw this.#problem;
  }

  async #work(): Promise<void> {
    await this.#noting(async () => {
      while (this.#mayStart()) await this.#next();
    });
  }

  /** Findings of an earlier sitting that ended before they were reduced. */
  async #reduceEarlier(): Promise<void> {
    const { findings, runs } = this.#search;
    const { draw, found, signal } = this.#options;
    await this.#noting(async () => {
      for (const { id, words, runs: numbers, ...entry } of findings) {
        const isReduced = entry.reduced !== null && entry.reduced.over !== INTERRUPTED;
        if (signal.aborted || isReduced || entry.notReduced !== undefined) continue;
        const run = runs.find(({ number }) => number === numbers[0]);
        const saved = run === undefined ? null : savedOf(run, draw.folder);
        if (run === undefined || saved === null) continue;
        const { failure = words } = signaturesOf(saved).find((one) => isKnownAs(one, { id, words })) ?? {};
        await found({ id, words, failure }, run, saved);
        this.#save();
      }
    });
  }

  /** The first error ends the search once everything that has begun is over. */
  async #noting(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      this.#problem ??= asChaosError(thrown);
    }
  }

  #mayStart(): boolean {
    const { budget, findings, runs } = this.#search;
    const { signal, stopOnFirst } = this.#options;
    if (signal.aborted || this.#problem !== undefined) return false;
    if (budget.runs !== undefined && this.#taken.size >= budget.runs) return false;
    if (budget.ms !== undefined && this.elapsedMs >= budget.ms) return false;
    // What kept those of an earlier sitting from being carried out may be mended by now.
    const last = this.#verdicts.slice(-MOST_ERRORS_IN_A_ROW);
    const stopped =
      stopOnFirst && findings.length > 0
        ? 'there is a finding'
        : runs.some(({ verdict }) => verdict === 'unclean')
          ? 'a run has left something behind'
          : last.length === MOST_ERRORS_IN_A_ROW && last.every((verdict) => verdict === 'error')
            ? `the last ${MOST_ERRORS_IN_A_ROW} runs could not be carried out`
            : null;
    if (stopped === null) return true;
    this.#search.stopped = stopped;
    this.#withdrawal.abort();
    return false;
  }

  async #next(): Promise<void> {
    const { draw, carrier, began, ended, runTimeoutMs: timeoutMs, signal } = this.#options;
    const number = this.#firstFree();
    this.#taken.add(number);
    const drawn = drawRun(draw, number, this.#search.runs);
    began(drawn);
    const { folder, driver } = draw;
    const { signal: withdraw } = this.#withdrawal;
    const result =
      adoptedRun(drawn, folder) ??
      (await oneRun(drawn, { folder, driver, timeoutMs, carrier, signal, withdraw }).catch(
        (thrown: unknown) => failedRun(drawn, folder, asChaosError(thrown)),
      ));
    if (result === null) ended(number, null);
    else await this.#takeIn(drawn, result);
  }

  #firstFree(): number {
    for (let number = 1; ; number += 1) if (!this.#taken.has(number)) return number;
  }

  async #takeIn(drawn: DrawnRun, { run, signals, overlaps, saved, ...rest }: EndedRun): Promise<void> {
    const search = this.#search;
    const { draw, ended, found } = this.#options;
    const append = (): void => appendSignals(draw.folder, run.number, signals);
    const unwritten = problemOf(append);
    const findings = asKnown(search, rest.findings);
    const signatures = findings.map(({ id }) => id);
    const whole = { ...run, novel: this.#novelty.add(signals), signatures };
    const fresh = addRun(search, whole, findings);
    this.#coverage.add(run.number, drawn.schedule);
    noteCoverage(search, this.#coverage);
    noteOverlaps(search, overlaps);
    this.#save();
    this.#verdicts.push(run.verdict);
    ended(run.number, whole);
    // The run and what it has shown are known all the same.
    if (unwritten !== undefined) throw unwritten;
    for (const finding of fresh) {
      if (saved === undefined) continue;
      await found(finding, whole, saved);
      this.#save();
    }
  }

  /** What cannot be saved now is saved after a later run; the last time it is said. */
  #save(): void {
    this.#search.wallMs = this.elapsedMs;
    try {
      saveSearch(this.#options.draw.folder, this.#search);
    } catch {
      return;
    }
  }
}

function problemOf(work: () => void): ChaosError | undefined {
  try {
    work();
    return undefined;
  } catch (thrown) {
    return asChaosError(thrown, 'what a run has shown cannot be written');
  }
}
