import { randomInt } from 'node:crypto';
import { closeSync } from 'node:fs';
import { join, relative } from 'node:path';
import { renderSearchJunit } from '../../explore/junit.ts';
import { SEARCH_SCHEMA_VERSION } from '../../explore/saved.ts';
import { lackingWarnings, outcomeOf, type Search } from '../../explore/search.ts';
import { renderSearch } from '../../explore/text.ts';
import { systemClock } from '../../support/clock.ts';
import { ChaosError } from '../../support/errors.ts';
import { makeWritableFolder } from '../../support/make-folder.ts';
import { SearchRunner } from '../explore/carry-out.ts';
import { SearchProgress, type SearchProgressMode } from '../explore/progress.ts';
import { reduceFinding } from '../explore/reduce-finding.ts';
import { recoverSearch } from '../explore/recover-search.ts';
import {
  loadSearch,
  newSearchFolder,
  saveSearch,
  saveSearchSomewhere,
  searchToResume,
  STANDING,
} from '../explore/search-folder.ts';
import { StandingCarrier } from '../explore/standing-carrier.ts';
import { digestOf, exactVersion, planSpace, templateOf, type PlannedSpace } from '../explore/space-plan.ts';
import { claim, writeForm } from '../forms/form-files.ts';
import type { Asking } from '../fleet/asking.ts';
import { nameOnQueue, openFleet, remoteCarrier } from '../fleet/choose-carrier.ts';
import type { QueueOptions } from '../fleet/queue-options.ts';
import { needsOf } from '../../fleet/needs.ts';
import { requirementsOf } from '../../plan/requirements.ts';
import { withoutResult } from '../exit-codes.ts';
import { complain, printJson, terminal, write } from '../output.ts';
import { packageVersion } from '../package.ts';
import { experimentFile } from '../run/experiment-files.ts';
import { asChaosError } from '../../support/system-errors.ts';
import { catchInterrupts } from '../run/interrupts.ts';
import { localCarrier } from '../suite/local-carrier.ts';
import { takeLock } from '../suite/lock.ts';

export interface ExploreOptions extends QueueOptions {
  /** Milliseconds. */
  budget?: number;
  runs?: number;
  seed?: number;
  parallel?: number;
  nats?: string;
  driver?: string;
  /** Kinds of faults and actions. */
  without?: string[];
  stopOnFirst?: boolean;
  reduce: boolean;
  resume?: boolean;
  /** Every run starts servers of its own. */
  fresh?: boolean;
  out: string;
  /** Milliseconds. */
  runTimeout: number;
  junit?: string;
  json?: boolean;
  quiet?: boolean;
}

interface Begun {
  folder: string;
  search: Search;
  planned: PlannedSpace;
}

/** `chaos explore`: draws runs from a space until the budget is used. @returns 0 nothing found, 1 found, 2 too little proven */
export async function exploreCommand(file: string | undefined, options: ExploreOptions): Promise<number> {
  if (options.junit !== undefined) closeSync(claim(options.junit));
  const interrupts = catchInterrupts(() => complain('\nalready undoing everything; please wait'));
  let fleet: Asking | undefined;
  try {
    fleet = await openFleet(options, interrupts.signal);
    const { resume, out, budget, runs } = options;
    const begun = resume === true ? undefined : await begin(file, options, fleet, interrupts.signal);
    const folder = begun?.folder ?? searchToResume(out, budget !== undefined || runs !== undefined);
    const unlock = await takeLock(`${folder}/explore.lock`, `the search in ${shown(folder)}`);
    try {
      if (begun !== undefined) return await searched(begun, options, fleet, interrupts.signal);
      // Read only now: nobody else writes to it any more.
      const again = resumed(folder, file, options, fleet);
      await recoverSearch(folder, interrupts.signal);
      return await searched(again, options, fleet, interrupts.signal);
    } finally {
      unlock();
    }
  } finally {
    await fleet?.close();
    interrupts.release();
  }
}

async function begin(
  file: string | undefined,
  options: ExploreOptions,
  fleet: Asking | undefined,
  signal: AbortSignal,
): Promise<Begun> {
  const elsewhere = fleet !== undefined;
  if (file === undefined)
    throw new ChaosError('usage', 'name an experiment with `explore`; or --resume, to continue a search');
  const { budget, runs } = options;
  if (budget === undefined && runs === undefined)
    throw new ChaosError('usage', 'say how long: --budget 30m, --runs 100, or both');
  const planned = planSpace(experimentFile(file), { ...options, elsewhere });
  const { loaded, plan } = planned;
  makeWritableFolder(options.out);
  const wanted = options.nats ?? loaded.sample.environment.value.nats;
  const nats =
    wanted === undefined
      ? undefined
      : await exactVersion(wanted, plan.driver, { progress: complain, signal });
  const at = systemClock.now();
  const search: Search = {
    schemaVersion: SEARCH_SCHEMA_VERSION,
    program: { name: 'nats-chaos', version: packageVersion() },
    ...{ name: loaded.name, title: loaded.title, file: loaded.file, digest: digestOf(loaded) },
    seed: options.seed ?? randomInt(2 ** 30),
    ...(nats === undefined ? {} : { nats }),
    ...(options.driver === undefined ? {} : { driver: options.driver }),
    startedAt: at.toISOString(),
    wallMs: 0,
    budget: { ...(runs === undefined ? {} : { runs }), ...(budget === undefined ? {} : { ms: budget }) },
    ...(planned.leftOut.length === 0 ? {} : { leftOut: planned.leftOut }),
    ...{ runs: [], findings: [], features: [], neverDrawn: [], overlaps: [] },
    warnings: lackingWarnings(planned),
  };
  nameOnQueue(search, fleet, 'the search');
  const folder = newSearchFolder(options.out, at);
  saveSearch(folder, search);
  return { folder, search, planned };
}

/** A search goes on as it was begun; only its budget may be another. */
function resumed(
  folder: string,
  file: string | undefined,
  options: ExploreOptions,
  fleet: Asking | undefined,
): Begun {
  const { budget, runs } = options;
  const search = loadSearch(folder);
  nameOnQueue(search, fleet, `the search in ${shown(folder)}`);
  for (const field of ['seed', 'nats', 'driver'] as const) {
    const [was, is] = [search[field], options[field]];
    if (is === undefined || is === was) continue;
    throw new ChaosError(
      'usage',
      `--${field}: found ${is}; the search in ${shown(folder)} was begun with ${was ?? 'none'}`,
      { hint: 'leave it out to continue that search, or leave out --resume to begin another' },
    );
  }
  if (file !== undefined && experimentFile(file) !== search.file)
    throw new ChaosError('usage', `the search in ${shown(folder)} is of ${search.file}, not of ${file}`);
  if (options.without !== undefined)
    throw new ChaosError('usage', `--without: the search in ${shown(folder)} goes on as it was begun`, {
      hint: 'leave it out to continue that search, or leave out --resume to begin another',
    });
  const { nats, driver, leftOut = [] } = search;
  const planned = planSpace(search.file, {
    ...options,
    elsewhere: fleet !== undefined,
    leftOut,
    ...(nats === undefined ? {} : { nats }),
    ...(driver === undefined ? {} : { driver }),
  });
  if (digestOf(planned.loaded) !== search.digest)
    throw new ChaosError(
      'usage',
      `${search.file}, or its environment, is not what it was when the search was begun`,
      { hint: 'runs of different texts do not mix: leave out --resume to begin another search' },
    );
  if (budget !== undefined) search.budget.ms = budget;
  if (runs !== undefined) search.budget.runs = runs;
  return { folder, search, planned };
}

async function searched(
  { folder, search, planned }: Begun,
  options: ExploreOptions,
  fleet: Asking | undefined,
  signal: AbortSignal,
): Promise<number> {
  const { driver, seed, name, file, nats } = search;
  const { runTimeout: runTimeoutMs } = options;
  const elsewhere = fleet !== undefined;
  const carrier = elsewhere ? await remoteCarrier(fleet, search) : localCarrier;
  const slots = elsewhere ? await fleet.slotsFor(needsOf(requirementsOf(planned.plan))) : 1;
  const { parallel = slots } = options;
  const keepsServers = !elsewhere && planned.plan.driver === 'process' && options.fresh !== true;
  const standing = keepsServers ? new StandingCarrier(join(folder, STANDING)) : undefined;
  const runner: SearchRunner = new SearchRunner(search, {
    draw: { template: templateOf(planned.loaded, nats), name, file, seed, folder, driver, elsewhere },
    carrier: standing ?? carrier,
    ...{ parallel, runTimeoutMs, stopOnFirst: options.stopOnFirst === true, signal },
    began: (run) => progress.began(run),
    ended: (number, run) => progress.ended(number, run),
    found: async (finding, run, saved) => {
      if (!options.reduce) return;
      const leftMs = (search.budget.ms ?? Infinity) - runner.elapsedMs;
      const say = (line: string): void => progress.doing(line);
      await reduceFinding(search, finding, run, saved, {
        ...{ folder, leftMs, runTimeoutMs, signal, say },
        // Its tries are a suite of their own.
        carrier: elsewhere ? await remoteCarrier(fleet, {}) : localCarrier,
      });
      progress.doing('');
    },
  });
  const progress = new SearchProgress(progressMode(options), search, () => runner);
  if (options.quiet !== true) {
    complain(`search: ${shown(folder)}/explore.html, seed ${seed}`);
    lackingWarnings(search).forEach(complain);
  }
  const problem = await problemOf(() => runner.run(), signal);
  if (problem !== undefined) search.stopped = problem.message;
  try {
    await stoodDown(standing, search);
  } finally {
    progress.end();
  }
  const saved = saveSearchSomewhere(folder, search);
  if (options.junit !== undefined) writeForm(options.junit, renderSearchJunit(search, shown(folder)));
  const outcome = outcomeOf(search);
  if (options.json === true) printJson({ folder: shown(folder), outcome, ...search });
  else if (options.quiet === true)
    write(`${outcome.verdict}  ${name}: ${outcome.headline} (${shown(folder)})\n`);
  else write(renderSearch(search, shown(folder), terminal()));
  // After the result: what was found until then is as true as before.
  if (problem !== undefined) throw problem;
  if (search.interrupted !== undefined)
    complain(`chaos explore --resume${elsewhere ? ' --queue …' : ''} goes on where it was`);
  return saved ? outcome.exitCode : withoutResult(outcome.exitCode);
}

/** What ended a search before its time; an interruption is none. */
async function problemOf(work: () => Promise<void>, signal: AbortSignal): Promise<ChaosError | undefined> {
  try {
    await work();
    return undefined;
  } catch (thrown) {
    const problem = asChaosError(thrown);
    return signal.aborted && problem.code === 'aborted' ? undefined : problem;
  }
}

/** Removes the servers that are kept between runs. */
async function stoodDown(standing: StandingCarrier | undefined, search: Search): Promise<void> {
  const left = (await standing?.close()) ?? [];
  if (left.length > 0) search.stopped = `chaos recover ${left.join(' ')} takes down what is left`;
}

function progressMode({ quiet, json }: ExploreOptions): SearchProgressMode {
  if (quiet === true) return 'quiet';
  return process.stderr.isTTY && process.env['NO_COLOR'] === undefined && json !== true ? 'tty' : 'plain';
}

function shown(folder: string): string {
  return relative(process.cwd(), folder) || '.';
}
