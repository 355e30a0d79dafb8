import { describe, expect, it } from 'vitest';
import { compareRuns } from '../../src/compare/compare.ts';
import type { CompareOptions, NamedRun } from '../../src/compare/comparison.ts';
import { renderComparisonHtml } from '../../src/compare/html.ts';
import { renderComparisonJunit } from '../../src/compare/junit.ts';
import { renderComparisonMarkdown } from '../../src/compare/markdown.ts';
import { renderComparison } from '../../src/compare/text.ts';
import { parseXml } from '../report/forms/xml.ts';
import { run, runs, testRun } from './runs.ts';

/** As `chaos compare` asks by itself, and with `--fail-on regression`. */
const SHOW = { alpha: 0.05, tolerance: 0.2, spareLatencies: true, command: 'chaos compare a b' };
const GATE = { ...SHOW, judgeWithoutRepeats: true };
const FAST = [1000, 1010, 1020, 1030, 1040];

function compared(all: readonly NamedRun[], options: CompareOptions = GATE) {
  const comparison = compareRuns(all, options);
  const one = comparison.experiments[0]!;
  return { ...one, comparison, text: renderComparison(comparison, { color: false, width: 400 }) };
}

/** With another verdict than its claims make. */
function withVerdict(one: NamedRun, verdict: NamedRun['saved']['verdict']): NamedRun {
  return { ...one, saved: { ...one.saved, verdict } };
}

describe('two single runs', () => {
  const pair = [run('2.10.23', 900), run('2.12.3', 2610)];

  it('are not judged, and what differs by far is named first, with what would make it judged', () => {
    const { outcome, regressions, differences, notJudged, remedies, text } = compared(pair, SHOW);
    expect([outcome, regressions]).toEqual(['not-judged', []]);
    expect(differences).toEqual([
      'worse in 2.12.3: Recovery time, phase recovery, ×2.90 (900 ms → 2.61 s): ' +
        'beyond 20%, one run each: not judged, as the noise is unknown',
    ]);
    expect(notJudged).toEqual(['2.12.3: none of 26 figures is judged: a single run says nothing of noise']);
    expect(remedies.map(({ command }) => command)).toEqual([
      'chaos matrix experiments/partition-recovery.yaml --driver process --nats 2.10.23,2.12.3 --repeat 5',
      'chaos compare a b --tolerance 20%',
    ]);
    const [, headline, first] = text.split('\n');
    expect(headline).toMatch(/NOT JUDGED: 2\.12\.3 against 2\.10\.23: 0 of 26 figures judged/);
    expect(first).toContain('differs: worse in 2.12.3: Recovery time');
    expect(text).not.toMatch(/no regression/i);
  });

  it('are judged by the tolerance alone where a gate asks, and it says so', () => {
    const worse = compared(pair);
    expect([worse.outcome, worse.regressions]).toEqual([
      'regression',
      [
        'worse in 2.12.3: Recovery time, phase recovery, ×2.90 (900 ms → 2.61 s): ' +
          'beyond 20%, judged by that alone, one run each',
      ],
    ]);
    expect(worse.text).toContain('10 of 26 figures judged (single runs, tolerance 20% alone)');
    const same = compared([run('2.10.23', 900), run('2.12.3', 905)]);
    expect([same.outcome, same.notJudged, same.remedies]).toEqual(['no-regression', [], []]);
    expect(same.judged).toMatchObject({ figures: 10, byToleranceAlone: 10 });
  });

  it('do not regress between two tiny figures, however far apart these are', () => {
    expect(compared([run('2.10.23', 2), run('2.12.3', 3)]).outcome).toBe('no-regression');
    expect(compared([run('2.10.23', 100), run('2.12.3', 590)]).outcome).toBe('no-regression');
    expect(compared([run('2.10.23', 100), run('2.12.3', 610)]).outcome).toBe('regression');
    expect(compared([run('2.10.23', 5000), run('2.12.3', 5900)]).outcome).toBe('no-regression');
    expect(compared([run('2.10.23', 5000), run('2.12.3', null)]).outcome).toBe('regression');
  });

  it('regress when a claim fails that did not, whatever is asked', () => {
    const broken = compared([run('2.10.23', 900), run('2.12.3', 900, { loses: true })], SHOW);
    expect(broken.outcome).toBe('regression');
    expect(broken.regressions).toEqual([expect.stringMatching(/^new in 2\.12\.3: check, no-loss/)]);
  });

  it('regress when the verdict turns without any claim of its own', () => {
    const turned = compared([run('2.10.23', 900), withVerdict(run('2.12.3', 900), 'fail')], SHOW);
    expect([turned.outcome, turned.regressions]).toEqual([
      'regression',
      ['2.12.3: 1 of 1 failed, and none of the reference'],
    ]);
  });
});

describe('repeats', () => {
  it('are judged against noise and the default tolerance without being asked', () => {
    const same = compared([...runs('2.11', FAST), ...runs('2.12', FAST)], SHOW);
    expect([same.outcome, same.judged]).toMatchObject([
      'no-regression',
      { figures: 10, byToleranceAlone: 0 },
    ]);
    expect(same.text).toContain('10 of 26 figures judged (noise and tolerance 20%)');
    const slow = compared([...runs('2.11', FAST), ...runs('2.12', [2600, 2610, 2620, 2630])], SHOW);
    expect(slow.outcome).toBe('regression');
  });

  it('name what is worse beyond noise first, also within the tolerance', () => {
    const slower = FAST.map((ms) => ms + 100);
    const { outcome, differences, text } = compared([...runs('2.11', FAST), ...runs('2.12', slower)], SHOW);
    expect(outcome).toBe('no-regression');
    expect(differences).toEqual([
      'worse in 2.12: Recovery time, phase recovery, ×1.10 (1.02 s → 1.12 s): beyond noise, within 20%',
    ]);
    expect(text.split('\n')[2]).toContain('differs: worse in 2.12: Recovery time');
  });

  it('that are too few to show anything are judged by the tolerance alone, or not at all', () => {
    const two = [...runs('2.11', [1000, 1010]), ...runs('2.12', [3000, 3010])];
    expect(compared(two, SHOW)).toMatchObject({
      outcome: 'not-judged',
      notJudged: ['2.12: none of 26 figures is judged: too few runs to know the noise'],
    });
    const judged = compared(two);
    expect(judged.outcome).toBe('regression');
    expect(judged.regressions[0]).toContain('judged by that alone, 2 of the reference and 2 of 2.12');
  });

  it('have every figure judged for which the experiment states a tolerance, or are not judged', () => {
    const stated = { tolerance: 0.5 };
    const base = runs('2.11', FAST, stated);
    const without = runs('2.12', FAST, stated).map((one) => ({
      ...one,
      metrics: one.metrics.filter(({ key }) => key !== 'recovery-time recovery'),
    }));
    expect(compared([...base, ...without], SHOW)).toMatchObject({
      outcome: 'not-judged',
      notJudged: ['2.12: Recovery time, phase recovery: not measured on both sides'],
    });
  });
});

describe('runs that prove nothing', () => {
  const base = runs('2.11', FAST);

  it('make no reference: what fails against them is not known to be new', () => {
    const unknown = compared([
      withVerdict(run('2.11', 900), 'inconclusive'),
      run('2.12', 900, { loses: true }),
    ]);
    expect(unknown).toMatchObject({
      outcome: 'not-judged',
      regressions: [],
      notJudged: ['2.11: no run of the reference passed or failed'],
    });
  });

  it('are not left out in silence beside others of their group', () => {
    const some = [...runs('2.12', FAST), withVerdict(run('2.12', 1000), 'error')];
    expect(compared([...base, ...some])).toMatchObject({
      outcome: 'not-judged',
      notJudged: ['2.12: 1 of 6 runs neither passed nor failed (error)'],
    });
    const stopped = [...runs('2.12', FAST), withVerdict(run('2.12', 1000), 'interrupted')];
    expect(compared([...base, ...stopped]).outcome).toBe('no-regression');
  });
});

describe('a baseline', () => {
  const named = (one: ReturnType<typeof run>, experiment: string) =>
    testRun(one.name, { ...one.whole, experiment: { ...one.whole.experiment, name: experiment } });

  it('without a run of the experiment makes no version the reference of another', () => {
    const baseline = [named(run('2.11', 900), 'another')];
    const { outcome, notJudged, metrics, comparison } = compared([run('2.11', 900), run('2.12', 900)], {
      ...GATE,
      baseline,
    });
    expect([outcome, notJudged]).toEqual(['not-judged', ['no run of the baseline is of this experiment']]);
    expect(metrics.every(({ differences }) => differences.length === 0)).toBe(true);
    expect(comparison.leftOut).toEqual(['another']);
  });

  it('that is empty is none', () => {
    const both = [run('2.11', 900), run('2.12', 900)];
    expect(compared(both, { ...GATE, baseline: [] }).outcome).toBe('not-judged');
  });

  it('that is all there is, is held against nothing', () => {
    const baseline = [run('2.11', 900)];
    expect(compared(baseline, { ...GATE, baseline }).outcome).toBe('not-judged');
  });
});

describe('every form', () => {
  const forms = (all: readonly NamedRun[], options: CompareOptions) => {
    const comparison = compareRuns(all, options);
    const suite = parseXml(renderComparisonJunit(comparison, '2026-11-28T03:00:00.000Z')).children[0]!;
    return {
      page: renderComparisonHtml(comparison, all),
      markdown: renderComparisonMarkdown(comparison),
      text: renderComparison(comparison, { color: false, width: 120 }),
      cases: suite.children.filter(({ name }) => name === 'testcase'),
    };
  };

  // Not toContain: it would print the page.
  const shows = (page: string, part: string) => expect([part, page.includes(part)]).toEqual([part, true]);

  it('is grey where nothing was judged, and says what would help', () => {
    const pair = [run('2.10.23', 900), run('2.12.3', 2610)];
    const { page, markdown, cases } = forms(pair, SHOW);
    shows(page, '<section class="verdict v-not-judged" aria-label="Comparison: Not judged">');
    shows(page, '<title>Not judged: comparison of partition-recovery');
    shows(
      page,
      'chaos matrix experiments/partition-recovery.yaml --driver process --nats 2.10.23,2.12.3 --repeat 5',
    );
    expect(/no regression/i.exec(page)?.[0]).toBeUndefined();
    expect(markdown).toMatch(
      /^## – NOT JUDGED: partition-recovery\n\n\*\*.*0 of 26.*\n\n- differs: worse in 2\.12\.3/,
    );
    expect(markdown).toContain('```\nchaos compare a b --tolerance 20%\n```');
    const [problem] = cases[0]!.children;
    expect([problem?.name, problem?.attributes['type']]).toEqual(['error', 'not-judged']);
    expect(problem?.text).toContain('differs: worse in 2.12.3: Recovery time');
  });

  it('names a regression, and passes without one', () => {
    const worse = forms([...runs('2.11', FAST), ...runs('2.12', [2600, 2610, 2620, 2630])], GATE);
    expect(worse.cases[0]!.children[0]).toMatchObject({
      name: 'failure',
      attributes: { type: 'regression' },
    });
    expect(worse.markdown).toMatch(/^## ✘ REGRESSION: /);
    const same = forms([...runs('2.11', FAST), ...runs('2.12', FAST)], GATE);
    expect(same.cases[0]!.children).toEqual([]);
    shows(same.page, '<section class="verdict v-pass" aria-label="Comparison: No regression">');
  });

  it('says of nothing that it is nothing', () => {
    const { page, markdown, text, cases } = forms([], GATE);
    for (const form of [page, markdown, text])
      expect(/Not judged: there is no run to compare/.exec(form)?.[0]).toBeDefined();
    shows(page, 'class="verdict v-not-judged"');
    expect(cases[0]!.children[0]!.attributes['type']).toBe('not-judged');
  });
});
