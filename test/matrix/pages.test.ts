import { describe, expect, it } from 'vitest';
import { renderMatrixHtml } from '../../src/matrix/html.ts';
import { renderMatrix } from '../../src/matrix/text.ts';
import { HOSTILE } from '../report/hostile.ts';
import { fill, matrixOf, passing } from './matrices.ts';

describe('the grid at the terminal', () => {
  it('shows a cell for each experiment and version, and why runs did not pass', () => {
    const matrix = passing();
    fill(matrix, 'kill', 0, [{ verdict: 'fail', headline: 'no-loss: 3 messages are lost' }]);
    const text = renderMatrix(matrix, 'matrices/m', { color: false, width: 100 });
    expect(text).toContain('✔ pass 3/3');
    expect(text).toContain('~ flaky: 2 of 3 passed (67%)');
    expect(text).toContain('✘ fail  kill on 2.10.22, seed 7: no-loss: 3 messages are lost');
    expect(text).toContain('matrices/m/runs/20261126T031500Z-cut-2.12.15');
    expect(text).toMatch(/✘ fail: 12 runs: fail 1, pass 11; 1 flaky cell; 61 s|1 m 01 s\n$/);
  });

  it('lets nothing from outside move the cursor', () => {
    const matrix = matrixOf();
    fill(matrix, 'cut', 0, [{ verdict: 'fail', headline: HOSTILE, folder: HOSTILE }]);
    matrix.experiments[0]!.title = HOSTILE;
    const text = renderMatrix(matrix, 'm', { color: false, width: 100 });
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  });
});

describe('the grid as a page', () => {
  it('links every run to its report, relative to the page', () => {
    const matrix = passing();
    fill(matrix, 'cut', 1, [{ folder: 'runs/a b#c', verdict: 'inconclusive' }]);
    const page = renderMatrixHtml(matrix);
    expect(page).toContain('href="runs/a%20b%23c/report.html"');
    expect(page).not.toMatch(/href="(\/|[a-z]+:)/);
    expect(page.match(/<li>/g)).toHaveLength(12);
  });

  it('says each verdict in words as well as by its shape', () => {
    const matrix = matrixOf();
    fill(matrix, 'cut', 0, [{ verdict: 'fail', headline: 'lost' }, {}]);
    const page = renderMatrixHtml(matrix);
    expect(page).toContain('Flaky: 1 of 2 passed (50%)');
    expect(page).toContain('run 1 of cut on 2.10.22: fail: lost');
    expect(page).toContain('Not run');
  });

  it('lets nothing from outside become a tag', () => {
    const matrix = passing();
    matrix.experiments.forEach((one) => (one.title += HOSTILE));
    for (const run of matrix.runs) {
      run.result!.headline = HOSTILE;
      run.result!.verdict = 'fail';
      run.result!.folder = `runs/${HOSTILE}`;
    }
    matrix.stopped = HOSTILE;
    matrix.asked.nats = [HOSTILE];
    const page = renderMatrixHtml(matrix);
    // Not toMatch: it would print the page.
    expect(/<(script|img|svg\/|!--)/i.exec(page)?.[0]).toBeUndefined();
  });
});
