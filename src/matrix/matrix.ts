import type { Verdict } from '../verdict/verdict.ts';

/** What `matrix.json` holds: what was asked for, and every run with what came of it. */
export interface Matrix {
  schemaVersion: 1;
  /** ISO 8601, UTC. */
  startedAt: string;
  /** When it last stopped; left out while it goes on. */
  endedAt?: string;
  /** How long it has been carried out, interruptions not counted. */
  wallMs: number;
  asked: Asked;
  /** Of the first repeat; each later one has the next. */
  seed: number;
  experiments: MatrixExperiment[];
  columns: MatrixColumn[];
  /** In the order in which they are carried out: every cell once, then every cell again. */
  runs: MatrixRun[];
  /** Why runs are missing, in words; left out when none are, or while it goes on. */
  stopped?: string;
  /** The signal that stopped it. */
  interrupted?: 'SIGINT' | 'SIGTERM';
}

/** The words of the command line that decide what is run. */
export interface Asked {
  files: string[];
  /** Versions, series, `latest` or paths; empty: what each environment says. */
  nats: string[];
  repeat: number;
  environment?: string;
  driver?: string;
}

export interface MatrixExperiment {
  name: string;
  title: string;
  file: string;
  /** Of the text of the experiment and its environment: results of different texts do not mix. */
  digest: string;
  /** How many servers it starts. */
  nodes: number;
  /** Why nothing else may run beside it, in words. */
  alone?: string;
}

export interface MatrixColumn {
  /** What people see, and what the runs name: a version, with the word that it came from where that differs. */
  name: string;
  /** The words that came to this version. */
  asked: string[];
  /** What `chaos run --nats` gets; left out: what each environment says. */
  nats?: string;
}

export interface MatrixRun {
  experiment: string;
  column: string;
  /** From 1. */
  repeat: number;
  seed: number;
  /** Left out until it has come to a verdict. */
  result?: RunResult;
}

export interface RunResult {
  verdict: Exclude<Verdict, 'interrupted'>;
  /** One sentence. */
  headline: string;
  /** What the experiment expects of this version, and what was seen; left out where no report says. */
  expected?: string;
  seen?: Verdict;
  /** nats-server that ran. */
  version?: string;
  /** Folder of the report, relative to that of the matrix. */
  folder?: string;
  startedAt: string;
  durationMs: number;
}

/** Every run that was asked for, none of them carried out yet. */
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
