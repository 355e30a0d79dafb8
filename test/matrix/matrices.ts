import { slotsOf, type Matrix, type RunResult } from '../../src/matrix/matrix.ts';

/** A result, a pass unless it says otherwise. */
export function result(over: Partial<RunResult> = {}): RunResult {
  return {
    verdict: 'pass',
    headline: 'all is well',
    expected: 'pass',
    seen: over.verdict ?? 'pass',
    version: '2.12.15',
    folder: 'runs/20261126T031500Z-cut-2.12.15',
    startedAt: '2026-11-26T03:15:00.000Z',
    durationMs: 7_000,
    ...over,
  };
}

/** Two experiments on two versions, nothing carried out yet. */
export function matrixOf(repeat = 3): Matrix {
  const experiments = ['cut', 'kill'].map((name) => ({
    name,
    title: `After a ${name} nothing is lost`,
    file: `experiments/${name}.yaml`,
    digest: name,
    nodes: 3,
  }));
  const columns = [
    { name: '2.10.22', asked: ['2.10.22'], nats: '2.10.22' },
    { name: '2.12.15 (2.12, latest)', asked: ['2.12', 'latest'], nats: '2.12.15' },
  ];
  return {
    schemaVersion: 1,
    startedAt: '2026-11-26T03:15:00.000Z',
    wallMs: 61_000,
    asked: { files: ['experiments'], nats: ['2.10.22', '2.12', 'latest'], repeat },
    seed: 7,
    experiments,
    columns,
    runs: slotsOf(experiments, columns, repeat, 7),
  };
}

/** Gives the runs of a cell these results, in their order; null leaves one missing. */
export function fill(
  matrix: Matrix,
  experiment: string,
  column: number,
  results: readonly (Partial<RunResult> | null)[],
): void {
  const name = matrix.columns[column]!.name;
  const runs = matrix.runs.filter((run) => run.experiment === experiment && run.column === name);
  results.forEach((one, at) => {
    if (one !== null) runs[at]!.result = result(one);
  });
}

/** Every cell passes. */
export function passing(repeat = 3): Matrix {
  const matrix = matrixOf(repeat);
  for (const run of matrix.runs) run.result = result();
  return matrix;
}
