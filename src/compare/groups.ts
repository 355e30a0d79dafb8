import type { NamedRun, RunGroup } from './comparison.ts';

export interface Group {
  info: RunGroup;
  runs: NamedRun[];
}

/**
 * Runs by experiment, and within that by version and driver, in the given order; a baseline is a group of its own and
 * comes first. A run that is given twice counts once. An experiment without a run in the baseline has no reference:
 * none of its groups is marked as one.
 */
export function groupRuns(runs: readonly NamedRun[], given: readonly NamedRun[] | undefined): Group[][] {
  const baseline = given ?? [];
  const inBaseline = new Set(baseline.map(({ saved }) => saved.runId));
  const rest = unique(runs).filter(({ saved }) => !inBaseline.has(saved.runId));
  const experiments = new Set([...rest, ...(rest.length === 0 ? baseline : [])].map(experimentOf));
  return [...experiments].map((experiment) => {
    const of = (all: readonly NamedRun[]) => all.filter((run) => experimentOf(run) === experiment);
    const base = of(unique(baseline));
    const groups = byVersion(of(rest));
    if (given === undefined) return marked(groups);
    return base.length === 0 ? groups : [groupOf('baseline', base, true), ...groups];
  });
}

function unique(runs: readonly NamedRun[]): NamedRun[] {
  return [...new Map(runs.map((run) => [run.saved.runId, run])).values()];
}

function experimentOf({ saved }: NamedRun): string {
  return saved.experiment.name;
}

function byVersion(runs: readonly NamedRun[]): Group[] {
  const drivers = new Set(runs.map(({ saved }) => saved.driver)).size;
  const idOf = ({ saved }: NamedRun): string => {
    const version = saved.versions['nats-server'] ?? 'unknown';
    const how = [...(drivers > 1 ? [saved.driver] : []), ...(saved.rehearsal === true ? ['rehearsal'] : [])];
    return [version, ...how].join(' ');
  };
  const ids = [...new Set(runs.map(idOf))];
  return ids.map((id) =>
    groupOf(
      id,
      runs.filter((run) => idOf(run) === id),
      false,
    ),
  );
}

/** Without a baseline the others are compared with the first group. */
function marked(groups: readonly Group[]): Group[] {
  return groups.map((group, at) => ({ ...group, info: { ...group.info, baseline: at === 0 } }));
}

function groupOf(name: string, runs: NamedRun[], baseline: boolean): Group {
  const first = runs[0]?.saved;
  const version = first?.versions['nats-server'] ?? 'unknown';
  const verdicts: RunGroup['verdicts'] = {};
  for (const { saved } of runs) verdicts[saved.verdict] = (verdicts[saved.verdict] ?? 0) + 1;
  const listed = runs.map(({ name: folder, saved }) => {
    const { runId, verdict, startedAt, headline } = saved;
    return { name: folder, runId, verdict, startedAt, headline };
  });
  const id = baseline ? `${name} ${version}` : name;
  return { info: { id, version, driver: first?.driver ?? '', baseline, runs: listed, verdicts }, runs };
}
