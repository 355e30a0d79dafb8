import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { CORE_SCHEMA, load } from 'js-yaml';
import { InvalidFileError } from '../../experiment/source/problem.ts';
import { mutate } from '../../explore/mutate.ts';
import { pairOfRun, scheduleOf, type RunTemplate } from '../../explore/run-files.ts';
import type { SearchRun } from '../../explore/saved.ts';
import { drawSchedule, randomOfRun, type Schedule } from '../../explore/schedule.ts';
import { realUpgrades } from '../../explore/upgrade-plans.ts';
import { pickByWeight } from '../../explore/values.ts';
import { LackingError } from '../../plan/build.ts';
import type { Document, Pair } from '../../reduce/pair.ts';
import { ChaosError, messageOf } from '../../support/errors.ts';
import type { Random } from '../../support/random.ts';
import { writePair } from '../reduce/pair-files.ts';
import { planAll } from '../run/plan-all.ts';
import { runPath } from './search-folder.ts';

/** A run that has its files, and has not begun. */
export interface DrawnRun {
  number: number;
  seed: number;
  kind: SearchRun['kind'];
  of?: number;
  change?: string;
  schedule: Schedule;
  /** Path of its experiment. */
  path: string;
}

export interface DrawContext {
  template: RunTemplate;
  name: string;
  /** Where the space was read from, for people. */
  file: string;
  /** Of the search. */
  seed: number;
  folder: string;
  driver: string | undefined;
  /** Other machines carry the runs out. */
  elsewhere: boolean;
}

/** How often a run is drawn again when it is no valid experiment. */
const ATTEMPTS = 25;
/** Of the runs after the first that showed something new, so many are mutations. */
const MUTATED = 0.5;

/**
 * Draws one run and writes its files, which are all that it needs; one that has its files keeps them.
 *
 * @param runs those that have ended
 * @throws ChaosError `invalid` where no draw is a valid experiment
 */
export function drawRun(ctx: DrawContext, number: number, runs: readonly SearchRun[]): DrawnRun {
  const kept = keptRun(ctx, number);
  if (kept !== null) return kept;
  let why = '';
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const drawn = drawOnce(ctx, number, attempt, runs);
    const objection = objectionTo(drawn.path, ctx);
    if (objection === null) return drawn;
    why = objection;
    rmSync(join(ctx.folder, runPath(number)), { recursive: true, force: true });
  }
  throw new ChaosError('invalid', `run ${number}: none of ${ATTEMPTS} draws is a valid experiment: ${why}`);
}

function drawOnce(ctx: DrawContext, number: number, attempt: number, runs: readonly SearchRun[]): DrawnRun {
  const random = randomOfRun(ctx.seed, number, attempt);
  const seed = Math.floor(random.next() * 2 ** 31);
  const bases = runs.filter((run) => run.number < number && run.novel.length > 0);
  // Decided whether or not there is one to change: which runs have ended by now depends on the machine.
  const isMutation = random.next() < MUTATED;
  const { schedule: any, ...how } =
    isMutation && bases.length > 0
      ? mutation(ctx, bases, runs, random)
      : { schedule: drawSchedule(ctx.template.space, random), kind: 'drawn' as const };
  const schedule = realUpgrades(ctx.template, any);
  const name = runName(ctx, number);
  const pair = pairOfRun(ctx.template, schedule, name, seed);
  const path = writePair(join(ctx.folder, runPath(number)), pair, notes(ctx, number, { seed, ...how }));
  return { number, seed, ...how, schedule, path };
}

/** A change of a run that showed something new: rather of one that showed much, and was seldom changed. */
function mutation(
  ctx: DrawContext,
  bases: readonly SearchRun[],
  runs: readonly SearchRun[],
  random: Random,
): { schedule: Schedule; kind: 'mutated'; of: number; change: string } {
  const weighed = bases.map((run) => {
    const tried = runs.filter(({ of }) => of === run.number).length;
    // The first run shows everything that every run does.
    const news = run.number === 1 ? 1 : run.novel.length;
    return { run, weight: (1 + Math.log2(1 + news)) / (1 + tried) };
  });
  const { run } = pickByWeight(weighed, random);
  const schedule = keptSchedule(ctx, run.number);
  const others = random
    .sample(
      bases.filter((one) => one !== run),
      3,
    )
    .map((one) => keptSchedule(ctx, one.number));
  const mutated = mutate(ctx.template.space, schedule, others, random);
  return { kind: 'mutated', of: run.number, change: mutated.change, schedule: mutated.schedule };
}

function runName({ name }: DrawContext, number: number): string {
  return `${name.slice(0, 50)}-${String(number).padStart(4, '0')}`;
}

const SEED = /--seed (\d+)/;
const CHANGE = /^# A mutation of run (\d+): (.*)$/m;

function notes(
  { file, folder, seed: searched, driver }: DrawContext,
  number: number,
  { seed, of, change }: Pick<DrawnRun, 'seed' | 'of' | 'change'>,
): string[] {
  const path = relative(process.cwd(), join(folder, runPath(number)));
  const how = driver === undefined ? '' : ` --driver ${driver}`;
  return [
    `Run ${number} of a search of ${file} with the seed ${searched}.`,
    ...(of === undefined ? [] : [`A mutation of run ${of}: ${change ?? ''}`]),
    `chaos run ${path}/*-${String(number).padStart(4, '0')}.yaml --seed ${seed}${how} --free-ports`,
  ];
}

/** One that was drawn before, and perhaps begun: its files decide. */
function keptRun(ctx: DrawContext, number: number): DrawnRun | null {
  const path = join(ctx.folder, runPath(number), `${runName(ctx, number)}.yaml`);
  if (!existsSync(path)) return null;
  const text = readFileSync(path, 'utf8');
  const seed = Number(SEED.exec(text)?.[1]);
  const [, of, change] = CHANGE.exec(text) ?? [];
  const pair = readPair(ctx, number);
  // A file that was not written to its end is drawn again, and is the same.
  if (!Number.isInteger(seed) || pair === null || objectionTo(path, ctx) !== null) return null;
  const how = of === undefined ? { kind: 'drawn' as const } : { kind: 'mutated' as const, of: Number(of) };
  const schedule = scheduleOf(ctx.template, pair);
  return { number, seed, ...how, ...(change === undefined ? {} : { change }), schedule, path };
}

/** @throws ChaosError `invalid` when the files of a run are missing */
export function keptSchedule(ctx: DrawContext, number: number): Schedule {
  const pair = readPair(ctx, number);
  if (pair !== null) return scheduleOf(ctx.template, pair);
  throw new ChaosError('invalid', `the files of run ${number} are not in ${ctx.folder}/${runPath(number)}`);
}

function readPair(ctx: DrawContext, number: number): Pair | null {
  const folder = join(ctx.folder, runPath(number));
  try {
    const read = (name: string): Document =>
      load(readFileSync(join(folder, name), 'utf8'), { schema: CORE_SCHEMA }) as Document;
    const environment = readdirSync(folder).find((name) => name.endsWith('-environment.yaml'));
    if (environment === undefined) return null;
    return { experiment: read(`${runName(ctx, number)}.yaml`), environment: read(environment) };
  } catch {
    return null;
  }
}

/** Why a file is no experiment that can be carried out here, or null. */
function objectionTo(path: string, { driver, elsewhere }: DrawContext): string | null {
  try {
    planAll([path], { elsewhere, ...(driver === undefined ? {} : { driver }) }, () => undefined);
    return null;
  } catch (thrown) {
    if (thrown instanceof InvalidFileError || thrown instanceof LackingError) return messageOf(thrown);
    throw thrown;
  }
}
