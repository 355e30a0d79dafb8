import { existsSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import type { RunEvent } from '../../history/events.ts';
import type { History, WorkloadFacts } from '../../history/history.ts';
import { eventsPath, legacyPath } from '../../history/paths.ts';
import { readHistory } from '../../history/read-folder.ts';
import { readRunEvent } from '../../history/run-event.ts';
import type { Plan } from '../../plan/plan.ts';
import type { SavedRun } from '../../report/schema.ts';
import { ChaosError } from '../../support/errors.ts';
import { streamOf } from '../../support/stream-of.ts';
import { findSavedRun, loadSavedRun } from '../report/saved-runs.ts';
import { runFolder } from '../run/find-runs.ts';
import { workloadFacts } from '../run/workload-facts.ts';

/** A run whose history is opened; one that was killed has no report. */
export interface OpenedRun {
  folder: string;
  /** The folder as people would write it. */
  name: string;
  history: History;
  /** What the run itself was to check; undefined where nothing says it. */
  checks: RunEvent['checks'] | undefined;
  /** `cluster/stream` of every stream, mirrors too. */
  streams: string[];
  saved?: SavedRun;
}

/**
 * Opens the history of the run that a word on the command line means.
 *
 * @throws ChaosError `usage` when there is no such run, `invalid` when its history or report cannot be read
 */
export async function openRun(word: string, out: string): Promise<OpenedRun> {
  const folder = findSavedRun(word, out) ?? runFolder(word, out);
  const name = relative(process.cwd(), folder) || '.';
  if (![eventsPath(folder), legacyPath(folder)].some((path) => existsSync(path))) {
    throw new ChaosError('invalid', `${name} holds no history`, {
      hint: 'the history is in history/, or history.ndjson of a run of an earlier version',
    });
  }
  const saved = findSavedRun(folder, out) === undefined ? undefined : loadSavedRun(folder, isReadByChecks);
  const event = await readRunEvent(folder);
  const plan = planOf(saved);
  const facts = factsOf(plan, event);
  const runId = saved?.runId ?? event?.runId ?? '';
  const history = await readHistory(folder, runId, facts).catch((thrown: unknown) => {
    if (!(thrown instanceof SyntaxError)) throw thrown;
    throw new ChaosError('invalid', thrown.message, { cause: thrown });
  });
  return {
    folder: resolve(folder),
    name,
    history,
    checks: plan?.checks ?? event?.checks,
    streams: streamsOf(history, [
      ...(saved?.topology.streams.map(({ address }) => address) ?? []),
      ...(event?.streams ?? []),
    ]),
    ...(saved === undefined ? {} : { saved }),
  };
}

/** The readings that checks judge, beside the history. */
function isReadByChecks(probe: string): boolean {
  return probe === 'ack-floor';
}

/** The form of a saved plan may change: what is not there is not used. */
function planOf(saved: SavedRun | undefined): Plan | undefined {
  const plan = saved?.plan as Partial<Plan> | null | undefined;
  const parts = [plan?.workloads, plan?.checks, plan?.spec?.consumers];
  return parts.every((part) => Array.isArray(part)) ? (plan as Plan) : undefined;
}

/** A plan of an earlier version may lack what the facts are made of; kinds and targets it has always had. */
function factsOf(plan: Plan | undefined, event: RunEvent | undefined): History['workloads'] {
  if (plan === undefined) return { ...event?.workloads };
  try {
    return asDigested(workloadFacts(plan), event);
  } catch {
    return Object.fromEntries(plan.workloads.map(({ name, kind, target }) => [name, { kind, target }]));
  }
}

/** A history of an earlier version may have other digests: what its messages look like is then no use. */
function asDigested(facts: History['workloads'], event: RunEvent | undefined): History['workloads'] {
  return Object.fromEntries(
    Object.entries(facts).map(([name, { sends, ...rest }]) => {
      const noted = event?.workloads[name] as WorkloadFacts | undefined;
      return [name, { ...rest, ...(sends && noted?.sends ? { sends } : {}) }];
    }),
  );
}

function streamsOf(history: History, declared: readonly string[]): string[] {
  return [
    ...new Set([
      ...declared,
      ...Object.values(history.workloads).map(({ target }) => streamOf(target)),
      ...history.streamAudits.map(({ stream }) => stream),
    ]),
  ];
}
