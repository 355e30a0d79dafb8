import { describe, expect, it } from 'vitest';
import { renderNights } from '../../src/nightly/index-page.ts';
import { nightMessage } from '../../src/nightly/night.ts';
import { readNight } from '../../src/nightly/read-night.ts';
import { sparkline } from '../../src/nightly/sparkline.ts';
import { trendsOf } from '../../src/nightly/trends.ts';
import { HOSTILE } from '../report/hostile.ts';
import { named, night } from './nights.ts';

const HELD = {
  experiment: 'cut',
  column: '2.10.22',
  baseline: named(1),
  comparison: 'compare/cut-2.10.22.html',
  regressions: ['worse in 2.10.22: Recovery time, phase recovery, ×4.10'],
};

describe('a night', () => {
  it('that got worse fails, though every run of it passed', () => {
    const worse = night(2, 'pass', { held: [HELD] });
    expect(worse).toMatchObject({ verdict: 'fail', exitCode: 1 });
    expect(worse.headline).toBe(
      '4 runs: pass 4; a regression: cut on 2.10.22: worse in 2.10.22: Recovery time, phase recovery, ×4.10',
    );
    expect(worse.cells[0]).toMatchObject({ baseline: named(1), comparison: HELD.comparison });
  });

  it('that was worse than failed stays so', () => {
    expect(night(2, 'unclean', { held: [HELD] })).toMatchObject({ verdict: 'unclean', exitCode: 4 });
  });

  it('that is held against a good one and is as good passes', () => {
    expect(night(2, 'pass', { held: [{ ...HELD, regressions: [] }] })).toMatchObject({ exitCode: 0 });
  });

  it('keeps the medians of its figures, and reads as it was written', () => {
    const one = night(3, 'pass', { recoveryMs: 4_200 });
    expect(one.cells[0]!.figures['recovery-time recovery']).toMatchObject({ unit: 'ms', value: 4_200 });
    const never = night(3, 'fail', { recoveryMs: null });
    expect(never.cells[0]!.figures['recovery-time recovery']).toMatchObject({ value: 'never' });
    expect(readNight(JSON.stringify(one), 'night.json')).toEqual(one);
    for (const text of ['{', 'null', '{"schemaVersion":1}'])
      expect(() => readNight(text, 'night.json')).toThrow(/^night\.json is (not JSON|no night)/);
  });

  it('tells what is wrong, and of which cells', () => {
    const message = nightMessage(night(2, 'fail'), '/nights/x');
    expect(message).toMatchObject({ verdict: 'fail', exitCode: 1, folder: '/nights/x' });
    expect(message['cells']).toEqual([
      { experiment: 'cut', nats: '2.10.22', verdict: 'fail', flaky: false, passed: 0, done: 1 },
    ]);
    expect(message['text']).toMatch(/^nats-chaos, night .*: fail \(fail 1, pass 3\)\. /);
  });
});

describe('trends', () => {
  it('follow what the newest night has run, by the word that it was asked for by', () => {
    const moved = night(2);
    for (const cell of moved.cells) if (cell.asked.includes('latest')) cell.asked = ['latest'];
    const trends = trendsOf([moved, night(1, 'fail')]);
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
    const page = renderNights([night(1), night(2, 'fail'), night(3, 'pass', { held: [HELD] })]);
    const at = [3, 2, 1].map((day) => page.lastIndexOf(`href="${named(day)}/matrix.html"`));
    expect([...at].sort((a, b) => a - b)).toEqual(at);
    expect(page).toContain('Last night: Fail');
    expect(page).toContain(`href="${named(3)}/compare/cut-2.10.22.html"`);
    expect(page).toContain('aria-label="pass, fail, pass"');
    expect(page).toMatch(/aria-label="Recovery time, phase recovery over 3 nights: 1 s to 1 s, last 1 s"/);
  });

  it('says so when there is none', () => {
    expect(renderNights([])).toContain('There is no night yet.');
  });

  it('lets nothing from outside become a tag', () => {
    const one = night(1, 'fail', { held: [{ ...HELD, regressions: [HOSTILE] }] });
    one.headline += HOSTILE;
    one.complaints = [HOSTILE];
    for (const cell of one.cells) {
      cell.experiment += HOSTILE;
      cell.asked = [HOSTILE];
      for (const figure of Object.values(cell.figures)) figure.label = HOSTILE;
    }
    // Not toMatch: it would print the page.
    expect(/<(script|img|svg\/|!--)/i.exec(renderNights([one]))?.[0]).toBeUndefined();
  });
});
