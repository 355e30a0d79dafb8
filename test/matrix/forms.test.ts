import { describe, expect, it } from 'vitest';
import { outcomeOf } from '../../src/matrix/cells.ts';
import { renderMatrixHtml } from '../../src/matrix/html.ts';
import { renderMatrixJunit } from '../../src/matrix/junit.ts';
import { renderMatrixMarkdown } from '../../src/matrix/markdown.ts';
import { renderMatrix } from '../../src/matrix/text.ts';
import type { Matrix } from '../../src/matrix/matrix.ts';
import { HOSTILE } from '../report/hostile.ts';
import { parseXml, type Element } from '../report/forms/xml.ts';
import { fill, matrixOf, passing } from './matrices.ts';

/** The cases of a suite, each with what it has within it. */
function casesIn(xml: string, suite: string): Record<string, Element | undefined> {
  const found = parseXml(xml).children.find(({ attributes }) => attributes['name'] === suite);
  const cases = (found?.children ?? []).filter(({ name }) => name === 'testcase');
  return Object.fromEntries(cases.map((one) => [one.attributes['name']!, one.children[0]]));
}

/** The first cell of a matrix in which everything else passes. */
function firstCell(...results: Parameters<typeof fill>[3]): Matrix {
  const matrix = passing();
  for (const run of matrix.runs.filter(({ experiment }) => experiment === 'cut'))
    if (run.column === '2.10.22') delete run.result;
  fill(matrix, 'cut', 0, results);
  return matrix;
}

const MIXED = [{}, { verdict: 'fail', headline: 'no-loss: 3 messages are lost' }, {}] as const;

describe('the JUnit XML of a matrix', () => {
  it('has a suite for each experiment and a case for each version, where it stands in the repository', () => {
    const top = parseXml(renderMatrixJunit(passing()));
    expect(top.attributes).toMatchObject({ tests: '5', failures: '0', errors: '0', skipped: '0' });
    expect(top.children.map(({ attributes }) => attributes['name'])).toEqual(['matrix', 'cut', 'kill']);
    const [, cell] = top.children[1]!.children;
    expect(cell!.attributes).toMatchObject({
      classname: 'cut',
      name: 'nats-server 2.10.22',
      file: 'experiments/cut.yaml',
      time: '21.000',
    });
  });

  it.each([
    ['flaky', MIXED, 'failure', 'flaky', 'flaky: 2 of 3 passed (67%)'],
    [
      'flaky between pass and nothing proven',
      [{}, { verdict: 'inconclusive' }, {}],
      'error',
      'flaky',
      'flaky: 2 of 3',
    ],
    ['failed', Array(3).fill({ verdict: 'fail' }), 'failure', 'fail', 'fail 3/3'],
    ['inconclusive', Array(3).fill({ verdict: 'inconclusive' }), 'error', 'inconclusive', 'inconclusive 3/3'],
    ['unclean', Array(3).fill({ verdict: 'unclean' }), 'error', 'unclean', 'unclean 3/3'],
    ['not run', [], 'error', 'not-run', 'not run'],
    ['run by half', [{}, null, null], 'error', 'not-run', 'pass 1/1; 2 not run'],
    [
      'without an expectation',
      Array(3).fill({ verdict: 'fail', expected: 'none', seen: 'fails' }),
      'skipped',
      'nothing-expected',
      'nothing expected of this version',
    ],
  ] as const)('tells of a cell that is %s', (_, results, kind, type, message) => {
    const problem = casesIn(renderMatrixJunit(firstCell(...results)), 'cut')['nats-server 2.10.22'];
    expect(problem?.name).toBe(kind);
    expect(problem?.attributes['type']).toBe(type);
    expect(problem?.attributes['message']).toContain(message);
  });

  it('names every run of a cell that did not pass, with its seed and its report', () => {
    const problem = casesIn(renderMatrixJunit(firstCell(...MIXED)), 'cut')['nats-server 2.10.22'];
    expect(problem?.text).toContain('run 2, seed 8: fail: no-loss: 3 messages are lost (runs/');
    expect(problem?.text.trim().split('\n')).toHaveLength(3);
  });

  it('has a failure or an error exactly when the matrix is no pass', () => {
    const interrupted = passing();
    interrupted.interrupted = 'SIGINT';
    const unexpected = firstCell(
      ...Array<{ verdict: 'fail'; expected: string }>(3).fill({ verdict: 'fail', expected: 'none' }),
    );
    const all = [passing(), matrixOf(), firstCell(...MIXED), firstCell({}), interrupted, unexpected];
    expect(all.map((one) => outcomeOf(one).verdict)).toEqual([
      'pass',
      'inconclusive',
      'fail',
      'inconclusive',
      'interrupted',
      'pass',
    ]);
    for (const matrix of all) {
      const { failures, errors } = parseXml(renderMatrixJunit(matrix)).attributes;
      expect(Number(failures) + Number(errors) === 0).toBe(outcomeOf(matrix).verdict === 'pass');
    }
  });

  it('stays well-formed whatever names say', () => {
    const matrix = firstCell({ verdict: 'fail', headline: HOSTILE, folder: HOSTILE });
    matrix.experiments[0]!.title = HOSTILE;
    matrix.stopped = HOSTILE;
    expect(parseXml(renderMatrixJunit(matrix)).name).toBe('testsuites');
  });
});

describe('the Markdown of a matrix', () => {
  it('has the outcome first, then the grid, why runs did not pass, and how to repeat it', () => {
    const matrix = firstCell(...MIXED);
    matrix.endedAt = '2026-11-26T03:20:00.000Z';
    const text = renderMatrixMarkdown(matrix);
    expect(text).toMatch(
      /^## ✘ FAIL: matrix of 2 experiments × 2 versions × 3 repeats\n\n\*\*12 runs: fail 1, pass 11; 1 flaky cell\*\*/,
    );
    expect(text).toContain('|  | 2.10.22 | 2.12.15 (2.12, latest) |'.replace(/[()]/g, String.raw`\$&`));
    expect(text).toContain(String.raw`| cut | \~ flaky: 2 of 3 passed \(67%\) | ✔ pass 3/3 |`);
    expect(text).toContain('- ✘ fail: cut on 2.10.22, seed 8: no-loss: 3 messages are lost');
    expect(text).toContain('chaos matrix experiments --nats 2.10.22,2.12,latest --repeat 3 --seed 7');
  });

  it('says that it still goes on', () => {
    expect(renderMatrixMarkdown(matrixOf())).toMatch(/^## .* STILL GOING ON: /);
  });

  it('lets nothing from outside become a tag, and keeps its rows', () => {
    const matrix = firstCell({ verdict: 'fail', headline: HOSTILE, folder: HOSTILE });
    matrix.stopped = HOSTILE;
    const text = renderMatrixMarkdown(matrix).replace(/```[^]*?\n```/g, '');
    expect(text).not.toMatch(/[<>]/);
    for (const row of text.split('\n').filter((line) => line.startsWith('|')))
      expect(row.match(/(?<!\\)(\\\\)*\|/g)).toHaveLength(4);
  });
});

describe('experiments that were left out', () => {
  const leftOut = [
    {
      experiment: 'dark',
      title: 'Power is lost',
      file: 'experiments/dark.yaml',
      reason: 'needs root: it is not',
    },
  ];
  const left = (matrix: Matrix): Matrix => ({ ...matrix, leftOut });

  it('are counted, named with the reason, and change no verdict of what ran', () => {
    const matrix = left(passing());
    expect(outcomeOf(matrix)).toMatchObject({ verdict: 'pass', leftOut: 1 });
    const markdown = renderMatrixMarkdown(matrix);
    expect(markdown).toContain('1 of 3 experiments left out, as it cannot be carried out here');
    for (const text of [markdown, renderMatrix(matrix, 'm', { color: false, width: 200 })])
      expect(text).toContain('left out: dark: needs root: it is not');
    expect(renderMatrixHtml(matrix)).toMatch(/id="left-out"[^]*dark[^]*needs root: it is not/);
  });

  it('are skipped test cases, and errors where nothing else is there', () => {
    const xml = renderMatrixJunit(left(passing()));
    expect(parseXml(xml).attributes).toMatchObject({ errors: '0', failures: '0', skipped: '1' });
    expect(casesIn(xml, 'dark')['left out']).toMatchObject({
      name: 'skipped',
      attributes: { type: 'unavailable', message: 'needs root: it is not' },
    });
    const nothing = left({ ...matrixOf(), experiments: [], runs: [] });
    expect(outcomeOf(nothing).verdict).toBe('inconclusive');
    expect(casesIn(renderMatrixJunit(nothing), 'dark')['left out']?.name).toBe('error');
  });
});

describe('a matrix that has searched for the first release that differs', () => {
  const bisected = (over: Partial<NonNullable<Matrix['bisection']>> = {}): Matrix => ({
    ...firstCell(...[{}, {}, {}].map(() => ({ verdict: 'fail' as const, headline: 'no-loss: lost' }))),
    bisection: {
      range: '2.10.22..2.12.15',
      versions: ['2.10.22', '2.12.15'],
      steps: [
        { version: '2.10.22', seen: 'fails', failed: 3, judged: 3 },
        { version: '2.12.15', seen: 'holds', failed: 0, judged: 3 },
      ],
      first: '2.12.15',
      last: '2.10.22',
      unclear: [],
      ...over,
    },
  });

  it('names it in JUnit XML, where a release that differs is no failure', () => {
    const xml = renderMatrixJunit(bisected());
    expect(xml).toContain('2.12.15 is the first release');
    expect(parseXml(xml).attributes).toMatchObject({ failures: '0', errors: '0' });
  });

  it('has an error there when none was found', () => {
    const none = casesIn(renderMatrixJunit(bisected({ first: null, last: null, why: 'all pass' })), 'matrix');
    expect(none['first release that differs']?.attributes).toMatchObject({ type: 'not-found' });
  });

  it('names it in Markdown', () => {
    expect(renderMatrixMarkdown(bisected())).toContain('2.12.15 is the first release');
  });
});
