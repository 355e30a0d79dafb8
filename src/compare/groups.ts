import type { NamedRun, RunGroup } from './comparison.ts';

export interface Group {
  info: RunGroup;
  runs: NamedRun[];
}

/**
 * Runs by experiment, and within that by version and driver, in the order in which they were given; the baseline, where
 * there is one, is a group of its own and comes first. A run that is given twice counts once.
 */
export function groupRuns(runs: readonly NamedRun[], baseline: readonly NamedRun[]): Group[][] {
  const held = new Set(baseline.map(({ saved }) => saved.runId));
  const rest = unique(runs).filter(({ saved }) => !held.has(saved.runId));
  const experiments = new Set([...rest, ...(rest.length === 0 ? baseline : [])].map(experimentOf));
  return [...experiments].map((experiment) => {
    const of = (all: readonly NamedRun[]) => all.filter((run) => experimentOf(run) === experiment);
    const base = of(unique(baseline));
    const groups = byVersion(of(rest));
    return base.length === 0 ? marked(groups) : [groupOf('baseline', base, true), ...groups];
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
    return drivers > 1 ? `${version} ${saved.driver}` : version;
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

/** Without a baseline the first group is what the others are held against. */
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
