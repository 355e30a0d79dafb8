import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellsOf, countsFor, outcomeOf } from '../../src/matrix/cells.ts';
import { renderMatrixJunit } from '../../src/matrix/junit.ts';
import { renderMatrixMarkdown } from '../../src/matrix/markdown.ts';
import type { Matrix } from '../../src/matrix/matrix.ts';
import { outcomeWords } from '../../src/matrix/words.ts';
import { nightlyRunOf } from '../../src/nightly/nightly-run.ts';
import { baselinesOf } from '../../src/nightly/baseline.ts';
import { renderNightlyJunit } from '../../src/nightly/forms.ts';
import { comparedWords } from '../../src/nightly/comparison-words.ts';
import { parseXml } from '../report/forms/xml.ts';
import { matrixOf, passing, result } from './matrices.ts';

/** Any part of a matrix of two by two, nothing of it included. */
const anyMatrix: fc.Arbitrary<Matrix> = fc
  .record({
    rows: fc.subarray([0, 1]),
    columns: fc.subarray([0, 1]),
    repeat: fc.integer({ min: 1, max: 2 }),
    slots: fc.boolean(),
    results: fc.array(
      fc.oneof(
        fc.constant(null),
        fc.record({
          verdict: fc.oneof(
            { weight: 3, arbitrary: fc.constant('pass' as const) },
            fc.constantFrom('fail', 'inconclusive', 'error', 'unclean'),
          ),
          expected: fc.constantFrom('pass', 'none'),
        }),
      ),
      { minLength: 8, maxLength: 8 },
    ),
  })
  .map(({ rows, columns, repeat, slots, results }) => {
    const matrix = matrixOf(repeat);
    matrix.experiments = rows.map((at) => matrix.experiments[at]!);
    matrix.columns = columns.map((at) => matrix.columns[at]!);
    const isThere = ({ experiment, column }: Matrix['runs'][number]): boolean =>
      matrix.experiments.some(({ name }) => name === experiment) &&
      matrix.columns.some(({ name }) => name === column);
    matrix.runs = slots ? matrix.runs.filter(isThere) : [];
    matrix.runs.forEach((one, at) => {
      const given = results[at];
      if (given !== null && given !== undefined) one.result = result(given);
    });
    return matrix;
  });

describe('a matrix of little or nothing', () => {
  it('passes only where every cell has its runs, and at least one pass was expected and came', () => {
    fc.assert(
      fc.property(anyMatrix, (matrix) => {
        const outcome = outcomeOf(matrix);
        const proven = matrix.runs.some(
          (one) => one.result?.verdict === 'pass' && one.result.expected === 'pass',
        );
        if (outcome.verdict === 'pass') {
          expect(proven).toBe(true);
          expect(matrix.runs.every((one) => one.result !== undefined)).toBe(true);
          for (const { runs } of cellsOf(matrix)) expect(runs.length).toBeGreaterThan(0);
        }
        const { failures, errors } = parseXml(renderMatrixJunit(matrix)).attributes;
        expect(Number(failures) + Number(errors) === 0).toBe(outcome.verdict === 'pass');
        expect(renderMatrixMarkdown(matrix)).toContain(outcomeWords(matrix, outcome).split(':')[0]);
      }),
      {
        examples: [
          [{ ...matrixOf(1), experiments: [], runs: [] }],
          [{ ...matrixOf(1), columns: [], runs: [] }],
        ],
      },
    );
  });

  it('says that nothing is proven', () => {
    const empty: Matrix = { ...matrixOf(1), experiments: [], runs: [] };
    expect(outcomeOf(empty)).toMatchObject({ verdict: 'inconclusive', judged: 0 });
    expect(outcomeWords(empty, outcomeOf(empty))).toBe(
      '0 runs: none; nothing was asked for, so nothing is proven',
    );
    const nothingExpected = passing(1);
    for (const one of nothingExpected.runs) one.result!.expected = 'none';
    const outcome = outcomeOf(nothingExpected);
    expect(outcome.verdict).toBe('inconclusive');
    expect(outcomeWords(nothingExpected, outcome)).toContain('nothing was expected of any version');
    expect(renderMatrixJunit(nothingExpected)).toContain('<error type="nothing-judged"');
  });

  it('has a cell without a run that is inconclusive, and one without an expectation that says nothing', () => {
    const matrix = passing(1);
    matrix.runs = matrix.runs.slice(1);
    const [first, second] = cellsOf(matrix);
    expect([countsFor(first!), countsFor(second!)]).toEqual(['inconclusive', 'pass']);
    matrix.runs[0]!.result!.expected = 'none';
    expect(countsFor(cellsOf(matrix)[1]!)).toBeNull();
  });
});

describe('a night of little or nothing', () => {
  it('passes as its matrix does, and makes no baseline of a cell without a run', () => {
    fc.assert(
      fc.property(anyMatrix, (matrix) => {
        const nightlyRun = nightlyRunOf('2026-11-28T020000Z', matrix, new Map(), []);
        expect(nightlyRun.exitCode === 0).toBe(outcomeOf(matrix).verdict === 'pass');
        for (const { good, done, passed } of nightlyRun.cells)
          if (good) expect(done > 0 && passed === done).toBe(true);
        if (nightlyRun.cells.every(({ done }) => done === 0)) expect(baselinesOf([nightlyRun]).size).toBe(0);
        expect(comparedWords(nightlyRun)).toBe('it was not compared with an earlier nightly run');
        const { failures, errors } = parseXml(renderNightlyJunit(matrix, nightlyRun)).attributes;
        expect(Number(failures) + Number(errors) === 0).toBe(nightlyRun.exitCode === 0);
      }),
    );
  });

  it('speaks of no cell as without a regression that was not judged', () => {
    const matrix = passing(1);
    const comparisons = matrix.columns.map(({ name }, at) => ({
      experiment: 'cut',
      column: name,
      outcome: 'not-judged' as const,
      ...(at === 0 ? { baseline: '2026-11-27T020000Z' } : {}),
      regressions: [],
      notJudged: ['there is no good nightly run yet'],
    }));
    const first = nightlyRunOf('2026-11-28T020000Z', matrix, new Map(), comparisons.slice(1));
    expect(comparedWords(first)).toBe('there is no good nightly run yet to compare it with');
    expect(comparedWords(nightlyRunOf('2026-11-28T020000Z', matrix, new Map(), comparisons))).toBe(
      'compared with 2026-11-27T020000Z: 4 cells not judged (the first: cut on 2.10.22: there is no good nightly run yet)',
    );
  });
});
