import type { Bisection } from './bisect.ts';
import type { RowFigures } from './figures.ts';
import type { LeftOut } from '../report/left-out.ts';
import type { Verdict } from '../verdict/verdict.ts';

/** The content of `matrix.json`: what was requested, and every run with its result. */
export interface Matrix {
  schemaVersion: 1;
  /** ISO 8601, UTC. */
  startedAt: string;
  /** When it last stopped; left out while it is going on. */
  endedAt?: string;
  /** How long it has been running, without interruptions. */
  wallMs: number;
  asked: Asked;
  /** Its name on the queue of a fleet; left out: it has been carried out on one machine so far. */
  suite?: string;
  /** Of the first repeat; each later repeat adds one. */
  seed: number;
  experiments: MatrixExperiment[];
  /** Experiments that cannot be carried out here, when that was allowed with `--skip-unavailable`; left out: none. */
  leftOut?: LeftOut[];
  columns: MatrixColumn[];
  /** In the order of execution: every cell once, then every cell again. */
  runs: MatrixRun[];
  /** One for each experiment, as far as there are reports; left out while it is going on for the first time. */
  figures?: RowFigures[];
  /** The search for the first release that differs; left out where none was asked for. */
  bisection?: Bisection;
  /** Why runs are missing, in words; left out when none are missing, or while it is going on. */
  stopped?: string;
  /** The signal that stopped it. */
  interrupted?: 'SIGINT' | 'SIGTERM';
}

/** The words of the command line that decide what is run. */
export interface Asked {
  files: string[];
  /** Only experiments with one of these tags. */
  tag?: string[];
  /** Versions, series, `latest` or paths; empty: as each environment says. */
  nats: string[];
  repeat: number;
  /** A range of releases, of which the first that differs is looked for: `nats` is then what has been looked at. */
  bisect?: string;
  environment?: string;
  driver?: string;
  /** Leave out experiments that cannot be carried out here. */
  skipUnavailable?: boolean;
}

export interface MatrixExperiment {
  name: string;
  title: string;
  file: string;
  /** Hash of the text of the experiment and its environment: results of different texts are never mixed. */
  digest: string;
  /** How many servers it starts. */
  nodes: number;
  /** Why nothing else may run beside it, in words. */
  alone?: string;
  /** It has a limit on latencies: no more runs go on beside it than the cores can carry. */
  timed?: boolean;
}

export interface MatrixColumn {
  /** The label that people see and that runs refer to: a version, with the requested word where that differs. */
  name: string;
  /** The requested words that mean this version. */
  asked: string[];
  /** The value of `chaos run --nats`; left out: as each environment says. */
  nats?: string;
}

export interface MatrixRun {
  experiment: string;
  column: string;
  /** From 1. */
  repeat: number;
  seed: number;
  /** Left out until there is a verdict. */
  result?: RunResult;
}

export interface RunResult {
  verdict: Exclude<Verdict, 'interrupted'>;
  /** One sentence. */
  headline: string;
  /** What the experiment expects of this version, and what was observed; left out where no report says it. */
  expected?: string;
  seen?: Verdict;
  /** The nats-server version that ran. */
  version?: string;
  /** Folder of the report, relative to the folder of the matrix. */
  folder?: string;
  /** How many other runs of the matrix went on beside it; left out: none, or the report is older. */
  beside?: number;
  /** Which worker of a fleet carried it out, and on which machine; left out: this machine. */
  worker?: { id: string; host: string };
  startedAt: string;
  durationMs: number;
}

/** Every requested run, none of them carried out yet. */
export function slotsOf(
  experiments: readonly MatrixExperiment[],
  columns: readonly MatrixColumn[],
  repeat: number,
  seed: number,
): MatrixRun[] {
  return Array.from({ length: repeat }, (_, at) =>
    experiments.flatMap(({ name: experiment }) =>
      columns.map(({ name: column }) => ({ experiment, column, repeat: at + 1, seed: seed + at })),
    ),
  ).flat();
}
