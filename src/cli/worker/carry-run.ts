import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { unpackBundle } from '../../fleet/bundle.ts';
import { GRACE_MS, MAX_BUNDLE_BYTES } from '../../fleet/limits.ts';
import { runName } from '../../fleet/names.ts';
import { refusals, type Permit } from '../../fleet/permit.ts';
import type { RunRequest } from '../../fleet/run-request.ts';
import { requirementsOf } from '../../plan/requirements.ts';
import { sourceDigest } from '../../plan/source-digest.ts';
import { formatProblems, InvalidFileError } from '../../experiment/source/problem.ts';
import type { Queue } from '../../nats/queue/queue.ts';
import { ChaosError } from '../../support/errors.ts';
import { packageFolder } from '../../support/package-folder.ts';
import { clip } from '../../report/text.ts';
import { packReport } from '../fleet/report-archive.ts';
import { planEach, type Planned } from '../run/plan-all.ts';
import { secrecy } from '../secrecy.ts';
import { childRun, type ChildRunEnd } from '../suite/child-run.ts';
import { argumentsOf } from '../suite/local-carrier.ts';
import { recoverRuns } from '../suite/matrix-folder.ts';
import type { Carried, CarryContext, CarryOut } from './carried.ts';
import { touchesQueue } from './touches-queue.ts';

export interface CarryRunOptions {
  queue: Queue;
  permit: Permit;
  /** Each run has a folder in it while it is carried out. */
  folder: string;
}

/** Of the runs, in the folder of one that is carried out. */
const REPORTS = 'reports';
const MOST_TEXT = 1_900;
const MOST_REASONS = 50;

/**
 * Carries out runs as processes of their own. Whatever is asked for is read, validated and judged here, as if an enemy had written
 * it: nothing of it is started before that.
 */
export function carryRun(options: CarryRunOptions): CarryOut {
  return async (request, context) => {
    const { key, id } = context.lease;
    const home = resolve(options.folder, `${runName(key)}.${id}`);
    try {
      const files = await filesOf(request, home, options.queue);
      const refused = await judged(request, files, options);
      if (refused !== null) {
        rmSync(home, { recursive: true, force: true });
        return refused;
      }
      return await carriedOut(request, files, home, context);
    } catch (thrown) {
      // Nothing was started of what could not be read: no journal is needed for it.
      if (!existsSync(join(home, REPORTS))) rmSync(home, { recursive: true, force: true });
      if (!(thrown instanceof ChaosError) || thrown.code === 'crash') throw thrown;
      return asError(thrown.message);
    }
  };
}

interface RunFiles {
  /** Everything that the request names is below it. */
  root: string;
  file: string;
  environment?: string;
}

async function filesOf(
  { bundle, experiment, environment }: RunRequest,
  home: string,
  queue: Queue,
): Promise<RunFiles> {
  const root = bundle === undefined ? packageFolder() : join(home, 'bundle');
  if (bundle !== undefined) {
    const content = await queue.bundles.get(bundle, { sha256: bundle, maxBytes: MAX_BUNDLE_BYTES });
    for (const [path, text] of Object.entries(unpackBundle(content).files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text, { flag: 'wx' });
    }
  } else if (
    ![experiment.path, environment ?? SHIPPED[0]].every((path) =>
      SHIPPED.some((one) => path?.startsWith(one)),
    )
  )
    throw new ChaosError('invalid', 'of the package only its experiments and environments can be run');
  return {
    root,
    file: join(root, experiment.path),
    ...(environment === undefined ? {} : { environment: join(root, environment) }),
  };
}

const SHIPPED = ['experiments/', 'environments/'];

/** Why this worker does not carry it out; null when it does. @throws ChaosError for what no worker can carry out */
async function judged(
  request: RunRequest,
  { root, file, environment }: RunFiles,
  { permit, queue }: CarryRunOptions,
): Promise<Carried | null> {
  const { nats, driver, experiment } = request;
  const own = [root, packageFolder()];
  const given = {
    ...(nats === undefined ? {} : { nats }),
    ...(driver === undefined ? {} : { driver }),
    ...(environment === undefined ? {} : { environment }),
  };
  const { planned, lacking } = plannedHere(file, given, own);
  if (planned === undefined) return { outcome: 'refused', reasons: [...new Set(lacking)].map(secrecy.text) };
  const { plan, loaded } = planned;
  const digest = sourceDigest(plan);
  if (digest !== experiment.digest) {
    const reason = `the text of ${experiment.name} and its environment is another here (${digest}) than where it was asked for (${experiment.digest}): another release of the package?`;
    return { outcome: 'refused', reasons: [reason] };
  }
  const asked = requirementsOf(plan);
  const paths = [...asked.paths, resolve(loaded.environment.file)];
  const reasons = refusals({ ...asked, paths }, permit, own);
  if (reasons.length === 0 && (await touchesQueue(plan, queue)))
    throw new ChaosError('invalid', 'its target is the cluster of the queue, which is never one');
  if (reasons.length === 0) return null;
  return {
    outcome: 'refused',
    reasons: reasons.map((reason) => `this worker does not allow ${secrecy.text(reason)}`),
  };
}

/** @throws ChaosError `invalid` with the problems of its own files; others are not shown to whoever asked */
function plannedHere(
  file: string,
  given: Parameters<typeof planEach>[1],
  own: readonly string[],
): { planned?: Planned; lacking: string[] } {
  try {
    const { planned, lacking } = planEach([file], given, () => undefined);
    return {
      ...(planned[0] === undefined ? {} : { planned: planned[0] }),
      lacking: lacking.flatMap(({ problems }) => problems.map(({ message }) => message)),
    };
  } catch (thrown) {
    if (!(thrown instanceof InvalidFileError)) throw thrown;
    const shown = thrown.problems.filter((one) =>
      own.some((folder) => resolve(one.file).startsWith(`${folder}/`)),
    );
    const text = shown.length === 0 ? 'it names files outside of its own folder' : formatProblems(shown);
    throw new ChaosError('invalid', `it does not validate here: ${secrecy.text(text)}`, { cause: thrown });
  }
}

async function carriedOut(
  { nats, driver, seed, timeoutMs }: RunRequest,
  { file, environment }: RunFiles,
  home: string,
  { signal, onLine }: CarryContext,
): Promise<Carried> {
  const out = join(home, REPORTS);
  const end = await childRun({
    args: argumentsOf({ file, nats, environment, driver, seed, out }),
    ...{ timeoutMs, graceMs: GRACE_MS, signal, onUp: () => undefined, onLine, endsWithMe: true },
  });
  const left = end.result === undefined ? await recoverRuns(out, 'may be') : [];
  const isOver = end.result !== undefined && end.result.verdict !== 'interrupted';
  if (signal.aborted && !isOver && left.length === 0) {
    rmSync(home, { recursive: true, force: true });
    return { outcome: 'interrupted' };
  }
  const archive = join(home, 'report.tar.gz');
  const folder = isOver ? end.result?.folder : undefined;
  const unclean = left.length > 0 || end.result?.verdict === 'unclean';
  return {
    outcome: 'ended',
    result: resultOf(end, left),
    ...(folder === undefined ? {} : { report: { ...(await packReport(resolve(folder), archive)), archive } }),
    // What was left behind can be undone only with its journal.
    clear: () => (unclean ? undefined : rmSync(home, { recursive: true, force: true })),
  };
}

function resultOf({ timedOut, how, complaints, result }: ChildRunEnd, left: readonly string[]) {
  const text = (one: string): string => clip(secrecy.text(one), MOST_TEXT);
  const event =
    result === undefined || result.verdict === 'interrupted'
      ? undefined
      : {
          type: 'result' as const,
          ...{ experiment: clip(result.experiment, 300), verdict: result.verdict, exitCode: result.exitCode },
          ...(result.expected === undefined ? {} : { expected: result.expected }),
          headline: text(result.headline),
          reasons: result.reasons.slice(0, MOST_REASONS).map(({ verdict, source, ...one }) => ({
            verdict,
            source: clip(source, 300),
            text: text(one.text),
          })),
        };
  return {
    timedOut,
    how: clip(how, 300),
    complaints: complaints.map(text),
    left: left.map(text),
    ...(event === undefined ? {} : { event }),
  };
}

function asError(message: string): Carried {
  const error = clip(secrecy.text(message), MOST_TEXT);
  return {
    outcome: 'ended',
    result: { timedOut: false, how: 'not carried out', complaints: [], left: [], error },
  };
}
