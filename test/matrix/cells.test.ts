import { describe, expect, it } from 'vitest';
import { cellOf, cellsOf, outcomeOf } from '../../src/matrix/cells.ts';
import { checkSameAsked, readMatrix } from '../../src/matrix/read-matrix.ts';
import { reasonToStop } from '../../src/matrix/stop.ts';
import { cellNotes, cellWords, outcomeWords } from '../../src/matrix/words.ts';
import { fill, matrixOf, passing, result } from './matrices.ts';

describe('slots', () => {
  it('are every cell once before any cell twice, each repeat with a seed of its own', () => {
    const { runs } = matrixOf(2);
    expect(runs).toHaveLength(8);
    expect(runs.slice(0, 4).map(({ repeat, seed }) => [repeat, seed])).toEqual(Array(4).fill([1, 7]));
    expect(runs[4]).toEqual({ experiment: 'cut', column: '2.10.22', repeat: 2, seed: 8 });
  });
});

describe('a cell', () => {
  const of = (...results: Parameters<typeof fill>[3]) => {
    const matrix = matrixOf();
    fill(matrix, 'cut', 0, results);
    return cellOf(matrix, 'cut', '2.10.22');
  };

  it('with mixed verdicts is flaky, with the rate of those that passed', () => {
    const cell = of({}, { verdict: 'fail' }, {});
    expect(cell).toMatchObject({ flaky: true, verdict: 'fail', passed: 2, passRate: 2 / 3 });
    expect(cellWords(cell)).toBe('flaky: 2 of 3 passed (67%)');
  });

  it('is not flaky when all its runs came to the same, or only one has run', () => {
    expect(of({ verdict: 'fail' }, { verdict: 'fail' }, { verdict: 'fail' })).toMatchObject({
      flaky: false,
      verdict: 'fail',
      passRate: 0,
    });
    const once = of({}, null, null);
    expect(once).toMatchObject({ flaky: false, verdict: 'pass', done: 1 });
    expect([cellWords(once), cellNotes(once)]).toEqual(['pass 1/1', ['2 not run']]);
  });

  it('says of a failure that shows now and then how often it was seen', () => {
    const either = of(
      { expected: 'either', seen: 'fail' },
      { expected: 'either', seen: 'pass' },
      { expected: 'either', seen: 'fail' },
    );
    expect(either.flaky).toBe(false);
    expect(cellNotes(either)).toEqual(['expected either: seen fail 2, pass 1']);
  });

  it('that has not run is neither', () => {
    expect(of()).toMatchObject({ flaky: false, verdict: null, passRate: null });
    expect(cellWords(of())).toBe('not run');
  });
});

describe('the outcome', () => {
  it('is a pass only when every run is there and passed', () => {
    const matrix = passing();
    expect(outcomeOf(matrix)).toMatchObject({ verdict: 'pass', missing: 0, done: 12 });
    delete matrix.runs[3]!.result;
    matrix.stopped = 'the time of 1 h was up';
    const outcome = outcomeOf(matrix);
    expect(outcome).toMatchObject({ verdict: 'inconclusive', missing: 1 });
    expect(outcomeWords(matrix, outcome)).toBe('11 runs: pass 11; 1 not run (the time of 1 h was up)');
  });

  it.each([
    [['inconclusive', 'fail'], 'fail'],
    [['inconclusive', 'pass'], 'inconclusive'],
    [['fail', 'error'], 'error'],
    [['error', 'unclean'], 'unclean'],
  ] as const)('of %j is %s', (verdicts, worst) => {
    const matrix = passing();
    verdicts.forEach((verdict, at) => (matrix.runs[at]!.result = result({ verdict })));
    expect(outcomeOf(matrix).verdict).toBe(worst);
  });

  it('of an interrupted matrix is interrupted, unless something is left to be undone', () => {
    const matrix = passing();
    matrix.interrupted = 'SIGINT';
    delete matrix.runs[0]!.result;
    expect(outcomeOf(matrix).verdict).toBe('interrupted');
    matrix.runs[0]!.result = result({ verdict: 'unclean' });
    expect(outcomeOf(matrix).verdict).toBe('unclean');
  });

  it('leaves out runs of which nothing was expected, but not those that could not be carried out', () => {
    const matrix = passing();
    matrix.runs[0]!.result = result({ verdict: 'fail', expected: 'none' });
    expect(outcomeOf(matrix)).toMatchObject({ verdict: 'pass', counts: { fail: 1, pass: 11 } });
    expect(cellNotes(cellsOf(matrix)[0]!)).toEqual(['nothing expected of this version']);
    matrix.runs[0]!.result = result({ verdict: 'error', expected: 'none' });
    expect(outcomeOf(matrix).verdict).toBe('error');
  });
});

describe('stopping early', () => {
  it('does so at the verdict that was named, or a worse one', () => {
    const results = [result(), result({ verdict: 'inconclusive' })];
    expect(reasonToStop(results, { stopOn: 'fail' })).toBeNull();
    expect(reasonToStop(results, { stopOn: 'inconclusive' })).toBe(
      '--stop-on inconclusive: a run was inconclusive',
    );
    expect(reasonToStop([result({ verdict: 'unclean' })], { stopOn: 'fail' })).toContain('unclean');
  });

  it('does so after so many that did not pass, and not without being asked', () => {
    const results = [result({ verdict: 'fail' }), result(), result({ verdict: 'error' })];
    expect(reasonToStop(results, {})).toBeNull();
    expect(reasonToStop(results, { maxFailures: 3 })).toBeNull();
    expect(reasonToStop(results, { maxFailures: 2 })).toBe('--max-failures 2: 2 did not pass');
  });
});

describe('a saved matrix', () => {
  it('is read as it was written, and nothing else is', () => {
    const matrix = passing();
    expect(readMatrix(JSON.stringify(matrix), 'matrix.json')).toEqual(matrix);
    expect(() => readMatrix('{', 'x.json')).toThrow('x.json is not JSON');
    for (const text of ['null', '{"schemaVersion":2}', '[]'])
      expect(() => readMatrix(text, 'x.json')).toThrow('x.json is no matrix');
  });

  it('is gone on with only as it was begun', () => {
    const { asked } = matrixOf();
    expect(() => checkSameAsked(asked, {}, 'm')).not.toThrow();
    expect(() => checkSameAsked(asked, { repeat: 3, files: ['experiments'] }, 'm')).not.toThrow();
    expect(() => checkSameAsked(asked, { repeat: 4 }, 'm')).toThrow(
      '--repeat: found 4; the matrix in m was begun with 3',
    );
    expect(() => checkSameAsked(asked, { environment: 'staging' }, 'm')).toThrow('was begun with nothing');
  });
});
