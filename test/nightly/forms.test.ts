import { describe, expect, it } from 'vitest';
import { renderNightlyJunit, renderNightlyMarkdown } from '../../src/nightly/forms.ts';
import { nightlyRunOf, type CellComparison } from '../../src/nightly/nightly-run.ts';
import { passing } from '../matrix/matrices.ts';
import { parseXml } from '../report/forms/xml.ts';
import { named } from './nights.ts';

const matrix = passing(1);
const comparisons: CellComparison[] = [
  {
    experiment: 'cut',
    column: '2.10.22',
    baseline: named(1),
    comparison: 'compare/cut.html',
    outcome: 'regression',
    notJudged: [],
    regressions: ['worse in 2.10.22: Recovery time, ×2.00', 'new in 2.10.22: check, no-loss: lost'],
  },
  {
    experiment: 'kill',
    column: '2.10.22',
    baseline: named(1),
    comparison: 'compare/kill.html',
    outcome: 'no-regression',
    notJudged: [],
    regressions: [],
  },
  {
    experiment: 'kill',
    column: '2.12.15 (2.12, latest)',
    baseline: named(1),
    comparison: 'compare/kill-2.12.html',
    outcome: 'not-judged',
    notJudged: ['2.12.15: none of 5 figures is judged: no tolerance is given'],
    regressions: [],
  },
];
const nightlyRun = nightlyRunOf(named(2), matrix, new Map(), comparisons);

describe('the other forms of a night', () => {
  it('are its matrix, and a test case for each cell that was compared with an earlier nightly run', () => {
    const top = parseXml(renderNightlyJunit(matrix, nightlyRun));
    expect(top.attributes).toMatchObject({ tests: '8', failures: '1', errors: '0', skipped: '1' });
    const cases = top.children.flatMap(({ children }) => children);
    const against = cases.filter(({ attributes }) => attributes['name']?.includes('against') === true);
    expect(against.map(({ attributes }) => [attributes['classname'], attributes['name']])).toEqual([
      ['cut', `nats-server 2.10.22 against ${named(1)}`],
      ['kill', `nats-server 2.10.22 against ${named(1)}`],
      ['kill', `nats-server 2.12.15 (2.12, latest) against ${named(1)}`],
    ]);
    const [regressed, same, open] = against.map(({ children }) => children[0]);
    expect(regressed?.attributes).toEqual({ type: 'regression', message: comparisons[0]!.regressions[0] });
    expect(regressed?.text).toContain('no-loss: lost');
    expect(same).toBeUndefined();
    expect([open?.name, open?.attributes]).toEqual([
      'skipped',
      { type: 'not-judged', message: comparisons[2]!.notJudged[0] },
    ]);
  });

  it('are Markdown with the regressions above the grid', () => {
    const text = renderNightlyMarkdown({ ...matrix, endedAt: matrix.startedAt }, nightlyRun);
    expect(text).toMatch(
      new RegExp(`^## ✘ FAIL: nightly run ${named(2)}\\n\\n\\*\\*4 runs: pass 4; 2 regressions`),
    );
    expect(text).toContain('- regression: cut on 2.10.22: worse in 2.10.22');
    expect(text).toContain(
      `- compared with ${named(1)}: 1 cell with a regression, 1 cell without a regression, 2 cells not judged`,
    );
    expect(text).toContain('| kill | ✔ pass | ✔ pass |');
  });
});
