import { exactWord, resolveBinary, type BinaryContext } from '../../drivers/binaries/index.ts';
import {
  slotsOf,
  type Asked,
  type Matrix,
  type MatrixColumn,
  type MatrixExperiment,
} from '../../matrix/matrix.ts';
import type { LeftOut } from '../../report/left-out.ts';
import { whyAlone } from '../../plan/alone.ts';
import type { Plan } from '../../plan/plan.ts';
import { sourceDigest } from '../../plan/source-digest.ts';
import { ChaosError } from '../../support/errors.ts';
import { complain } from '../output.ts';
import { experimentFiles } from '../run/experiment-files.ts';
import { secrecy } from '../secrecy.ts';
import { planAvailable } from '../run/plan-available.ts';

/** How a matrix is planned. */
export interface PlanningContext extends BinaryContext {
  /** Other machines carry it out: what this one lacks does not matter. */
  elsewhere: boolean;
}

/**
 * A matrix before its first run: every file is checked for every version, and every version is resolved and fetched
 * once, so that all runs of a column use the same release.
 *
 * @throws ChaosError for invalid files, versions or options, before anything is started
 */
export async function planMatrix(
  asked: Asked,
  seed: number,
  at: Date,
  context: PlanningContext,
): Promise<Matrix> {
  // A wrong file is reported before any server is fetched.
  await planExperiments(asked, asked.nats[0], context, complain);
  const columns = await columnsOf(asked, context);
  const [first] = await Promise.all(columns.map(({ nats }) => planExperiments(asked, nats, context)));
  if (first === undefined) throw new RangeError('a matrix needs a column');
  const { experiments, leftOut } = first;
  return {
    schemaVersion: 1,
    startedAt: at.toISOString(),
    wallMs: 0,
    asked,
    seed,
    experiments,
    ...(leftOut.length === 0 ? {} : { leftOut }),
    columns,
    runs: slotsOf(experiments, columns, asked.repeat, seed),
  };
}

/**
 * Checks whether a matrix can be continued.
 *
 * @throws ChaosError `usage` when one of its files has changed since it was begun
 */
export async function checkUnchanged(matrix: Matrix, context: PlanningContext): Promise<void> {
  for (const { nats } of matrix.columns) {
    const planned = await planExperiments(matrix.asked, nats, context);
    const left = new Set(matrix.leftOut?.map(({ experiment }) => experiment));
    // An experiment that was left out at the start stays left out, even if the machine could run it now.
    const now = planned.experiments.filter(({ name }) => !left.has(name));
    const known = new Map(matrix.experiments.map((one) => [one.name, one]));
    for (const { name, digest, file } of now) {
      if (known.get(name)?.digest === digest) continue;
      throw new ChaosError(
        'usage',
        `${file}, or its environment, is not what it was when the matrix was begun`,
        {
          hint: 'results of different texts do not mix: leave out --resume to begin another matrix',
        },
      );
    }
    if (now.length !== known.size)
      throw new ChaosError('usage', 'an experiment of the matrix is no longer there');
    // A search goes on without a release that cannot be had.
    if (nats !== undefined && fetchesReleases(matrix.asked) && matrix.asked.bisect === undefined)
      await resolveBinary({ tool: 'nats-server', wanted: nats }, context);
  }
}

/** Warnings are the same for every version, so they are printed once. */
async function planExperiments(
  asked: Asked,
  nats: string | undefined,
  { elsewhere }: PlanningContext,
  warn: (text: string) => void = () => undefined,
): Promise<{ experiments: MatrixExperiment[]; leftOut: LeftOut[] }> {
  const { environment, driver, files, tag, skipUnavailable } = asked;
  const options = {
    elsewhere,
    ...(nats === undefined ? {} : { nats }),
    ...(environment === undefined ? {} : { environment }),
    ...(driver === undefined ? {} : { driver }),
    ...(skipUnavailable === undefined ? {} : { skipUnavailable }),
  };
  const { planned, leftOut } = await planAvailable(experimentFiles(files, tag), options, warn);
  const experiments = planned.map(({ file, plan }) => describe(file, plan));
  for (const [at, { name, file }] of experiments.entries()) {
    const other = experiments.slice(0, at).find((one) => one.name === name);
    if (other !== undefined) {
      throw new ChaosError('usage', `${other.file} and ${file} are both called ${name}`, {
        hint: 'a row is known by the name of its experiment: give one of them another',
      });
    }
  }
  return { experiments, leftOut };
}

function describe(file: string, plan: Plan): MatrixExperiment {
  const { experiment, spec } = plan;
  const nodes = spec.clusters.reduce((sum, cluster) => sum + cluster.nodes.length, 0);
  const alone = whyAlone(plan);
  const { name, title } = experiment;
  const timed = plan.thresholds.some(({ metric }) => metric === 'publish-latency' || metric === 'latency');
  return {
    name,
    // Saved, shown and sent with the matrix.
    title: secrecy.text(title),
    file,
    digest: sourceDigest(plan),
    nodes,
    ...(alone === null ? {} : { alone }),
    ...(timed ? { timed } : {}),
  };
}

async function columnsOf(asked: Asked, binaries: BinaryContext): Promise<MatrixColumn[]> {
  if (asked.nats.length === 0) return [{ name: 'its own version', asked: [] }];
  const columns: MatrixColumn[] = [];
  for (const word of asked.nats) {
    const nats = fetchesReleases(asked) && asked.bisect === undefined ? await exactly(word, binaries) : word;
    const same = columns.find((column) => column.nats === nats);
    if (same !== undefined) same.asked.push(word);
    else columns.push({ name: '', asked: [word], nats });
  }
  return columns.map((column) => ({ ...column, name: nameOf(column) }));
}

/** Images are chosen by the driver that runs them; attached servers have the version that they have. */
export function fetchesReleases({ driver }: Asked): boolean {
  return driver === undefined || driver === 'process';
}

/** The version that a word means today; a path means itself. */
async function exactly(word: string, binaries: BinaryContext): Promise<string> {
  return exactWord(word, await resolveBinary({ tool: 'nats-server', wanted: word }, binaries));
}

/** `2.12.15`, `2.12.15 (2.12, latest)`. */
function nameOf({ asked, nats }: MatrixColumn): string {
  const words = asked.filter((word) => word !== nats);
  return words.length === 0 ? (nats ?? '') : `${nats ?? ''} (${words.join(', ')})`;
}
