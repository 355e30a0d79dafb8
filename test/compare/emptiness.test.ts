import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareRuns } from '../../src/compare/compare.ts';
import type { CompareOptions, Comparison, NamedRun } from '../../src/compare/comparison.ts';
import { renderComparisonJunit } from '../../src/compare/junit.ts';
import { renderComparisonMarkdown } from '../../src/compare/markdown.ts';
import { rankTest, spreadOf } from '../../src/compare/statistics.ts';
import { renderComparison } from '../../src/compare/text.ts';
import { parseXml } from '../report/forms/xml.ts';
import { run } from './runs.ts';

const VERDICTS = ['pass', 'fail', 'inconclusive', 'error', 'unclean', 'interrupted'] as const;
const WHOLE = run('2.12', 1000);

/** Which run it is to be; small, so that a counterexample can be read. */
interface Recipe {
  experiment: string;
  version: string;
  verdict: (typeof VERDICTS)[number];
  figures: number[];
  worth: number;
  claims: boolean;
}

const NOTHING = {
  phases: [],
  faults: [],
  findings: [],
  thresholds: [],
  steadyState: { before: [], after: [] },
};

const mostly = <T>(usual: T, ...others: readonly T[]): fc.Arbitrary<T> =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(usual) }, fc.constantFrom(usual, ...others));

/** A run with few figures or none, perhaps without any claim, that came to any verdict. */
const anyRecipe: fc.Arbitrary<Recipe> = fc.record({
  experiment: mostly('cut', 'kill'),
  version: fc.constantFrom('2.11', '2.12'),
  verdict: mostly(...VERDICTS),
  figures: fc.subarray([0, 1, 2]),
  worth: mostly(1000, 0, 1, 5000, Infinity),
  claims: fc.boolean(),
});
const anyRecipes = fc.array(anyRecipe, { maxLength: 8 });

function cooked(recipes: readonly Recipe[], prefix = 'run'): NamedRun[] {
  return recipes.map(({ experiment, version, verdict, figures, worth, claims }, at) => ({
    name: 'run',
    saved: {
      ...WHOLE.saved,
      ...(claims ? {} : NOTHING),
      runId: `${prefix}-${at}`,
      verdict,
      experiment: { ...WHOLE.saved.experiment, name: experiment },
      versions: { 'nats-server': version },
    },
    metrics: figures.map((figure) => ({ ...WHOLE.metrics[figure]!, value: worth })),
    tracks: [],
  }));
}

interface Rule {
  tolerance: number | undefined;
  judgeWithoutRepeats: boolean;
  spareLatencies: boolean;
  baseline: Recipe[] | null;
}

const anyRule: fc.Arbitrary<Rule> = fc.record({
  tolerance: mostly<number | undefined>(0.2, undefined, 0),
  judgeWithoutRepeats: fc.boolean(),
  spareLatencies: fc.boolean(),
  baseline: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, anyRecipes),
});

function optionsOf({ tolerance, baseline, ...rest }: Rule): CompareOptions {
  return {
    alpha: 0.05,
    ...rest,
    ...(tolerance === undefined ? {} : { tolerance }),
    ...(baseline === null ? {} : { baseline: cooked(baseline, 'before') }),
  };
}

/** What every form says of a comparison agrees with its outcome. */
function holds(comparison: Comparison): void {
  const { outcome, experiments } = comparison;
  if (outcome === 'no-regression') expect(experiments.length).toBeGreaterThan(0);
  for (const one of experiments) {
    if (one.outcome !== 'no-regression') continue;
    expect(one.groups.filter(({ baseline }) => baseline)).toHaveLength(1);
    expect(one.groups.length).toBeGreaterThan(1);
    for (const { verdicts } of one.groups)
      expect((verdicts.pass ?? 0) + (verdicts.fail ?? 0)).toBeGreaterThan(0);
    expect(one.metrics.length > 0 ? one.judged.figures : one.judged.claims).toBeGreaterThan(0);
    for (const { id, baseline } of one.groups) {
      if (baseline || one.metrics.length === 0) continue;
      const bases = one.metrics.map(
        (row) => row.differences.find(({ group }) => group === id)?.basis ?? null,
      );
      expect(bases.some((basis) => basis !== null)).toBe(true);
    }
  }
  if (experiments.every((one) => one.outcome !== 'no-regression')) {
    expect(renderComparison(comparison, { color: false, width: 120 })).not.toContain('NO REGRESSION');
    expect(renderComparisonMarkdown(comparison)).not.toContain('NO REGRESSION');
  }
  const { failures, errors } = parseXml(renderComparisonJunit(comparison, '2026-11-28T03:00:00Z')).attributes;
  expect(Number(failures) + Number(errors) === 0).toBe(outcome === 'no-regression');
}

describe('a comparison of little or nothing', () => {
  it('is no regression only where something was judged in every group', () => {
    const gate = { tolerance: 0.2, judgeWithoutRepeats: true, spareLatencies: false, baseline: null };
    const one = {
      experiment: 'cut',
      version: '2.12',
      verdict: 'pass',
      figures: [0],
      worth: 1,
      claims: true,
    } as const;
    const examples: [Recipe[], Rule][] = [
      [[], gate],
      [[{ ...one, figures: [0] }], gate],
      [
        [
          { ...one, version: '2.11', figures: [0] },
          { ...one, figures: [0] },
        ],
        gate,
      ],
      [
        [
          { ...one, version: '2.11', figures: [0] },
          { ...one, figures: [0], worth: Infinity },
        ],
        gate,
      ],
    ];
    const seen = new Set<string>();
    fc.assert(
      fc.property(anyRecipes, anyRule, (recipes, rule) => {
        const comparison = compareRuns(cooked(recipes), optionsOf(rule));
        seen.add(comparison.outcome);
        holds(comparison);
      }),
      { examples, numRuns: 500 },
    );
    expect([...seen].sort()).toEqual(['no-regression', 'not-judged', 'regression']);
  });

  it('of no run, of one, and of runs without figure or claim is not judged', () => {
    const gate = { alpha: 0.05, tolerance: 0.2, judgeWithoutRepeats: true };
    const bare = (version: string): NamedRun => {
      const { saved, ...rest } = run(version, 1);
      return { ...rest, metrics: [], saved: { ...saved, ...NOTHING } };
    };
    expect(compareRuns([], gate).outcome).toBe('not-judged');
    expect(compareRuns([run('2.12', 1)], gate).outcome).toBe('not-judged');
    const without = compareRuns([bare('2.11'), bare('2.12')], gate);
    expect(without.experiments[0]!.notJudged).toEqual(['2.12: neither a figure nor a claim in common']);
    const claims = [run('2.11', 1), run('2.12', 1)].map((one) => ({ ...one, metrics: [] }));
    expect(compareRuns(claims, gate).outcome).toBe('no-regression');
    const oneSided = [run('2.11', 1), { ...run('2.12', 1), metrics: [] }];
    expect(compareRuns(oneSided, gate).experiments[0]).toMatchObject({
      outcome: 'not-judged',
      notJudged: ['2.12: none of 26 figures is judged: not measured on both sides'],
    });
  });
});

describe('the statistics of little or nothing', () => {
  const values = fc.array(fc.oneof(fc.integer({ min: 0, max: 9 }), fc.constant(Infinity)), { maxLength: 2 });

  it('call no difference between groups of which one has at most two values', () => {
    fc.assert(
      fc.property(values, values, (first, second) => {
        const { twoSided, larger, smallest } = rankTest(first, second);
        for (const p of [twoSided, larger, smallest]) expect(p > 0.05 && p <= 1).toBe(true);
      }),
      {
        examples: [
          [[], []],
          [[], [1]],
          [[1], [2]],
        ],
      },
    );
  });

  it('give a single value no range that would be sure of anything', () => {
    expect(spreadOf([7])).toEqual({ n: 1, median: 7, low: 7, high: 7, coverage: 0 });
    expect(spreadOf([])).toMatchObject({ n: 0, median: NaN, coverage: 0 });
  });
});
