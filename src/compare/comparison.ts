import type { ClaimOutcome } from '../report/forms/claims.ts';
import type { SavedRun } from '../report/schema.ts';
import type { Track } from './curves.ts';
import type { Metric, MetricGroup } from './metrics.ts';
import type { Spread } from './statistics.ts';

/** What a comparison keeps of a run. Its readings are dropped: those of many long runs would fill the memory. */
export interface NamedRun {
  /** The name that people know it by: its folder. */
  name: string;
  /** The run without its probes' readings: `metrics` and `tracks` hold everything that is taken from them. */
  saved: SavedRun;
  metrics: Metric[];
  /** Its curves; empty when no page is wanted. */
  tracks: Track[];
}

export interface CompareOptions {
  /** Runs that the others are compared with; left out: the group of the first run. */
  baseline?: readonly NamedRun[];
  /** Significance level: a difference counts only if it would occur by chance at most this often. */
  alpha: number;
  /** How much worse a figure may become where the experiment does not say; left out: it is not judged. */
  tolerance?: number;
  /** Whether that tolerance excludes latencies by phase, which are many and vary most. */
  spareLatencies?: boolean;
  /** Whether figures with too few runs to estimate noise are judged by their tolerance alone. */
  judgeWithoutRepeats?: boolean;
  /** The command line that compares these runs, for the advice to add a tolerance to it. */
  command?: string;
}

/**
 * The outcome of a comparison: `not-judged` when nothing important could be judged, or not everything that had to be.
 */
export type ComparisonOutcome = 'regression' | 'no-regression' | 'not-judged';

/** `repeats`: by the noise between runs, and the tolerance. `tolerance`: by the tolerance alone. */
export type Basis = 'repeats' | 'tolerance';

/** Runs of one experiment on one version, with one driver. */
export interface RunGroup {
  id: string;
  version: string;
  driver: string;
  baseline: boolean;
  runs: { name: string; runId: string; verdict: SavedRun['verdict']; startedAt: string; headline: string }[];
  /** How many runs got each verdict. */
  verdicts: Partial<Record<SavedRun['verdict'], number>>;
}

/** `seen-once`: a group has a single run. `too-few`: groups of this size can show nothing at this alpha. */
export type Call = 'worse' | 'better' | 'alike' | 'too-few' | 'seen-once' | 'missing';

/** A group's figure, compared with the baseline's. */
export interface Difference {
  group: string;
  /** This group's figure divided by the baseline's; null when that is meaningless. */
  ratio: number | null;
  /** Two-sided probability of a difference at least this large by chance; null without repeats. */
  p: number | null;
  call: Call;
  /** Whether there are enough runs to tell a worse figure from noise; three of each are enough. */
  enough: boolean;
  /** How it was judged; null when it was not judged. */
  basis: Basis | null;
  /** Worse than the baseline beyond the tolerance and, where there are repeats, beyond noise (in that one direction). */
  regression: boolean;
  /** Beyond noise, or without repeats beyond the tolerance: shown to the reader first. */
  notable: 'worse' | 'better' | null;
}

export interface MetricRow {
  key: string;
  kind: MetricGroup;
  label: string;
  unit: 'ms' | 'ratio';
  /** The tolerance of the experiment, or that of the command line. */
  tolerance?: number;
  /** Whether the experiment states it. */
  stated: boolean;
  /** By group; none where no run has it. */
  spreads: Record<string, Spread & { values: number[] }>;
  /** In how many runs of each group the steady state was never seen lost, so that there was nothing to measure. */
  neverLost?: Record<string, number>;
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
  /** The path that it was read from. */
  file: string;
  /** The baseline first. */
  groups: RunGroup[];
  findings: FindingRow[];
  metrics: MetricRow[];
  outcome: ComparisonOutcome;
  judged: Judged;
  /** In words. */
  regressions: string[];
  /** Notable differences that are no regression, in words: the worst first. */
  differences: string[];
  /** Why a regression cannot be excluded, in words; empty when it can. */
  notJudged: string[];
  /** What to do so that it is judged. */
  remedies: Remedy[];
}

/** How much of an experiment was judged. */
export interface Judged {
  /** Figures that were judged in some group. */
  figures: number;
  /** Those of them that were judged by their tolerance alone. */
  byToleranceAlone: number;
  /** Claims that were judged in runs of the baseline and of the others. */
  claims: number;
}

export interface Remedy {
  text: string;
  /** Whether it serves in place of the one before. */
  alternative?: true;
  /** A command line, if there is one for it. */
  command?: string;
}

export interface Comparison {
  schemaVersion: 1;
  /** The worst outcome of its experiments; without experiments it is not judged. */
  outcome: ComparisonOutcome;
  /** The statistical test, in words. */
  test: string;
  alpha: number;
  /** The tolerance for figures for which the experiment states none. */
  tolerance?: number;
  /** Experiments of the baseline that have no other run. */
  leftOut: string[];
  experiments: ExperimentComparison[];
}
