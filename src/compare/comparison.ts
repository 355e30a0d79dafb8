import type { ClaimOutcome } from '../report/forms/claims.ts';
import type { SavedRun } from '../report/schema.ts';
import type { Track } from './curves.ts';
import type { Metric, MetricGroup } from './metrics.ts';
import type { Spread } from './statistics.ts';

/** What a comparison keeps of a run. Its readings are let go: those of many long runs would fill the memory. */
export interface NamedRun {
  /** By which people know it: its folder. */
  name: string;
  /** The run, but for its probes' readings: `metrics` and `tracks` hold all that is taken from them. */
  saved: SavedRun;
  metrics: Metric[];
  /** Its curves; none where no page is wanted. */
  tracks: Track[];
}

export interface CompareOptions {
  /** Runs that the others are held against; left out: the group of the first run. */
  baseline?: readonly NamedRun[];
  /** A difference is called one when it would come by chance at most this often. */
  alpha: number;
  /** How much worse a figure may become where the experiment does not say; left out: it is not judged. */
  tolerance?: number;
}

/** Runs of one experiment on one version, with one driver. */
export interface RunGroup {
  id: string;
  version: string;
  driver: string;
  baseline: boolean;
  runs: { name: string; runId: string; verdict: SavedRun['verdict']; startedAt: string; headline: string }[];
  /** How many runs came to each verdict. */
  verdicts: Partial<Record<SavedRun['verdict'], number>>;
}

/** `seen-once`: a group has a single run. `too-few`: groups of this size can show nothing at this alpha. */
export type Call = 'worse' | 'better' | 'alike' | 'too-few' | 'seen-once' | 'missing';

/** A group's figure against the baseline's. */
export interface Difference {
  group: string;
  /** This group's median over the baseline's; null where that says nothing. */
  ratio: number | null;
  /** Probability of so large a difference in either direction, if there were none; null without repeats. */
  p: number | null;
  call: Call;
  /** Worse than the baseline beyond noise (in that one direction) and beyond the tolerance. */
  regression: boolean;
}

export interface MetricRow {
  key: string;
  kind: MetricGroup;
  label: string;
  unit: 'ms' | 'ratio';
  /** The experiment's own, or that of the command line. */
  tolerance?: number;
  /** By group; none where no run has it. */
  spreads: Record<string, Spread & { values: number[] }>;
  differences: Difference[];
}

/** A claim that did not hold in some run. */
export interface FindingRow {
  claim: string;
  outcome: ClaimOutcome;
  statement: string;
  /** In how many runs of each group it did not hold. */
  seen: Record<string, number>;
  /** In no run of the baseline, but in one of these groups. */
  appearedIn: string[];
  /** In a run of the baseline, but in none of these groups. */
  wentIn: string[];
}

export interface ExperimentComparison {
  experiment: string;
  title: string;
  /** The baseline first. */
  groups: RunGroup[];
  findings: FindingRow[];
  metrics: MetricRow[];
  /** In words; a comparison without any is no regression. */
  regressions: string[];
  /** Why it can tell of no regression: in words; empty when it can. */
  untold: string[];
}

export interface Comparison {
  schemaVersion: 1;
  /** The test, in words. */
  test: string;
  alpha: number;
  experiments: ExperimentComparison[];
}
