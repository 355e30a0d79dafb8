import { describe, expect, it } from 'vitest';
import { renderNightlyRuns } from '../../src/nightly/index-page.ts';
import { nightlyMessage, type CellComparison } from '../../src/nightly/nightly-run.ts';
import { readNightlyRun } from '../../src/nightly/read-nightly-run.ts';
import { sparkline } from '../../src/nightly/sparkline.ts';
import { trendsOf } from '../../src/nightly/trends.ts';
import { HOSTILE } from '../report/hostile.ts';
import { named, nightlyRun } from './nights.ts';

const COMPARISON: CellComparison = {
  experiment: 'cut',
  column: '2.10.22',
  baseline: named(1),
  comparison: 'compare/cut-2.10.22.html',
  outcome: 'regression',
  notJudged: [],
  regressions: ['worse in 2.10.22: Recovery time, phase recovery, ×4.10'],
};

describe('a night', () => {
  it('that got worse fails, though every run of it passed', () => {
    const worse = nightlyRun(2, 'pass', { comparisons: [COMPARISON] });
    expect(worse).toMatchObject({ verdict: 'fail', exitCode: 1 });
    expect(worse.headline).toBe(
      '4 runs: pass 4; a regression: cut on 2.10.22: worse in 2.10.22: Recovery time, phase recovery, ×4.10',
    );
    expect(worse.cells[0]).toMatchObject({ baseline: named(1), comparison: COMPARISON.comparison });
  });

  it('shows the spread of its figures, what differs beyond noise, and where the whole comparison is', () => {
    const beyondNoise = { 'recovery-time recovery': 'worse' } as const;
    const last = nightlyRun(2, 'pass', { comparisons: [{ ...COMPARISON, regressions: [], beyondNoise }] });
    expect(last.cells[0]!.figures['recovery-time recovery']).toMatchObject({ n: 1, beyondNoise: 'worse' });
    last.cells[0]!.figures['recovery-time recovery'] = {
      ...last.cells[0]!.figures['recovery-time recovery']!,
      ...{ n: 6, low: 900, high: 1_200, coverage: 0.969 },
    };
    last.cells[0]!.versions = 'versions/cut.html';
    const page = renderNightlyRuns([nightlyRun(1), last]);
    expect(page).toContain('900 ms – 1.2 s, 96.9%');
    expect(page).toMatch(/class="badge v-fail"[^]*?worse/);
    expect(page).toContain(`href="${named(2)}/compare/cut-2.10.22.html"`);
    expect(page).toContain(`href="${named(2)}/versions/cut.html"`);
  });

  it('that was worse than failed stays so', () => {
    expect(nightlyRun(2, 'unclean', { comparisons: [COMPARISON] })).toMatchObject({
      verdict: 'unclean',
      exitCode: 4,
    });
  });

  it('that is held against a good one and is as good passes', () => {
    expect(
      nightlyRun(2, 'pass', { comparisons: [{ ...COMPARISON, outcome: 'no-regression', regressions: [] }] }),
    ).toMatchObject({ exitCode: 0 });
  });

  it('keeps the medians of its figures, and reads as it was written', () => {
    const one = nightlyRun(3, 'pass', { recoveryMs: 4_200 });
    expect(one.cells[0]!.figures['recovery-time recovery']).toMatchObject({ unit: 'ms', value: 4_200 });
    const never = nightlyRun(3, 'fail', { recoveryMs: null });
    expect(never.cells[0]!.figures['recovery-time recovery']).toMatchObject({ value: 'never' });
    expect(readNightlyRun(JSON.stringify(one), 'night.json')).toEqual(one);
    for (const text of ['{', 'null', '{"schemaVersion":1}'])
      expect(() => readNightlyRun(text, 'night.json')).toThrow(/^night\.json is (not JSON|no night)/);
  });

  it('tells what is wrong, and of which cells', () => {
    const message = nightlyMessage(nightlyRun(2, 'fail'), '/nights/x');
    expect(message).toMatchObject({ verdict: 'fail', exitCode: 1, folder: '/nights/x' });
    expect(message['cells']).toEqual([
      { experiment: 'cut', nats: '2.10.22', verdict: 'fail', flaky: false, passed: 0, done: 1 },
    ]);
    expect(message['text']).toMatch(/^nats-chaos, nightly run .*: fail \(fail 1, pass 3\)\. /);
  });
});

describe('trends', () => {
  it('follow what the newest night has run, by the word that it was asked for by', () => {
    const moved = nightlyRun(2);
    for (const cell of moved.cells) if (cell.asked.includes('latest')) cell.asked = ['latest'];
    const trends = trendsOf([moved, nightlyRun(1, 'fail')]);
    expect(trends.map(({ experiment, word }) => `${experiment} ${word}`)).toEqual([
      'cut 2.10.22',
      'cut latest',
      'kill 2.10.22',
      'kill latest',
    ]);
    expect(trends[0]!.cells.map((cell) => cell?.verdict)).toEqual(['fail', 'pass']);
    expect(trends[0]!.figures[0]).toMatchObject({ key: 'recovery-time recovery', points: [1_001, 1_002] });
  });
});

describe('a sparkline', () => {
  it('joins neighbours, leaves gaps, and marks what never came', () => {
    const { text } = sparkline([1, 2, null, 'never', 4, 2], 'recovery');
    expect(text.match(/class="line"/g)).toHaveLength(2);
    expect(text.match(/<circle/g)).toHaveLength(4);
    expect(text.match(/class="never"/g)).toHaveLength(1);
    expect(text).not.toMatch(/NaN|Infinity/);
  });

  it.each([[[]], [[0]], [[null]], [['never' as const]], [[0, 0]], [[7]]])(
    'of %j has no broken number',
    (points) => {
      expect(sparkline(points, 'x').text).not.toMatch(/NaN|Infinity|undefined/);
    },
  );
});

describe('the page of all nights', () => {
  it('lists them, the newest first, each with a link to its grid', () => {
    const page = renderNightlyRuns([
      nightlyRun(1),
      nightlyRun(2, 'fail'),
      nightlyRun(3, 'pass', { comparisons: [COMPARISON] }),
    ]);
    const at = [3, 2, 1].map((day) => page.lastIndexOf(`href="${named(day)}/matrix.html"`));
    expect([...at].sort((a, b) => a - b)).toEqual(at);
    expect(page).toContain('Last nightly run: Fail');
    expect(page).toContain(`href="${named(3)}/compare/cut-2.10.22.html"`);
    expect(page).toContain('aria-label="pass, fail, pass"');
    expect(page).toMatch(
      /aria-label="Recovery time, phase recovery over 3 nightly runs: 1 s to 1 s, last 1 s"/,
    );
    expect(page).toMatch(/<b>1 s<\/b ?> <span class="quiet" ?>Recovery time, phase recovery</);
  });

  it('says so when there is none', () => {
    expect(renderNightlyRuns([])).toContain('There is no nightly run yet.');
  });

  it('lets nothing from outside become a tag', () => {
    const one = nightlyRun(1, 'fail', { comparisons: [{ ...COMPARISON, regressions: [HOSTILE] }] });
    one.headline += HOSTILE;
    one.complaints = [HOSTILE];
    for (const cell of one.cells) {
      cell.experiment += HOSTILE;
      cell.asked = [HOSTILE];
      for (const figure of Object.values(cell.figures)) figure.label = HOSTILE;
    }
    // Not toMatch: it would print the page.
    expect(/<(script|img|svg\/|!--)/i.exec(renderNightlyRuns([one]))?.[0]).toBeUndefined();
  });
});
