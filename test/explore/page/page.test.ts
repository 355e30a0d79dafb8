import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exploreHtml } from '../../../src/explore/page/html.ts';
import type { SavedSearch } from '../../../src/explore/saved.ts';
import { HOSTILE } from '../../report/hostile.ts';
import { LOST, richSearch, runOf, searchOf } from './searches.ts';

/** Text of a page, without its tags. */
function textOf(page: string): string {
  return page
    .replaceAll(/<style>.*?<\/style>/gs, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');
}

describe('the page of a search', () => {
  it('has what was found first, with its smallest experiment', () => {
    const page = exploreHtml(richSearch());
    expect(page.indexOf('id="findings"')).toBeGreaterThan(0);
    expect(page.indexOf('id="findings"')).toBeLessThan(page.indexOf('id="coverage"'));
    expect(page).toContain('href="findings/check-no-loss-missing/run-17.yaml"');
    expect(page).toContain('href="findings/check-no-loss-missing/README.md"');
    const text = textOf(page);
    expect(text).toContain('shown in 3 of 3 runs, before in 2 of 3; reduced in 31 runs');
    expect(text).toContain('not reduced: it did not show again in 3 runs');
  });

  it('says how to reduce what was not', () => {
    const run = runOf(17, { verdict: 'fail', signatures: [LOST.id] });
    const page = exploreHtml(searchOf([run], { findings: [{ ...LOST, reduced: null }] }));
    expect(textOf(page)).toContain('chaos reduce runs/2026-run-17 --of check-no-loss-missing');
    expect(textOf(exploreHtml(richSearch()))).not.toContain('chaos reduce');
  });

  it('links every run: its report, and the experiment that repeats it', () => {
    const search = richSearch();
    const page = exploreHtml(search);
    for (const { number, file, folder } of search.runs) {
      expect(page).toContain(`id="run-${number}" href="${file}"`);
      expect(page).toContain(`href="${folder}/report.html"`);
    }
    expect(page).not.toMatch(/href="(\/|[a-z]+:)/);
  });

  it('draws how coverage grows, and says its end in words', () => {
    const runs = [
      runOf(1, { novel: ['a', 'b'] }),
      runOf(2),
      runOf(3, { novel: ['c'], signatures: [LOST.id] }),
    ];
    const page = exploreHtml(searchOf(runs, { findings: [LOST] }));
    expect(page).toContain(
      'aria-label="After 3 runs: 3 new observations; 2 of 8 faults, actions and settings drawn; 1 run with a finding"',
    );
    // Up at once to two of three observations, level, and up at the end; of what can be drawn, a quarter at once.
    expect(page).toContain('<path class="seen" d="M0 200V66.7H333.3V66.7H666.7V0H1000"/>');
    expect(page).toContain('<path class="drawn" d="M0 200V150H333.3V150H666.7V150H1000"/>');
    expect(page).toContain('<path class="found" d="M833.3 0V200"/>');
  });

  it('has a cell for every two kinds that runs had, with how often they met', () => {
    const runs = [runOf(1, { kinds: ['kill', 'pause', 'step-down'] })];
    const page = exploreHtml(searchOf(runs, { overlaps: [{ a: 'kill', b: 'pause', count: 4 }] }));
    expect(page).toContain('title="pause and kill: 4 runs"');
    expect(page).toContain('title="two of kill: 0 runs"');
    expect(page.match(/<td class="n\d"/g)).toHaveLength((3 * 4) / 2);
    expect(textOf(page)).toContain('1 of 6 pairs');
  });

  it('says of every run whether its servers had served others', () => {
    const rows = [
      ...exploreHtml(searchOf([runOf(1), runOf(2, { reused: 1 }), runOf(3, { reused: 24 })])).matchAll(
        /data-label="Servers"><div>([^<]*)/g,
      ),
    ];
    expect(rows.map(([, words]) => words)).toEqual(['new', 'after 1 run', 'after 24 runs']);
  });

  it.each([
    ['Nothing found', searchOf([runOf(1)])],
    ['1 finding', searchOf([runOf(1)], { findings: [LOST] })],
    [
      'Too little conclusive',
      searchOf([runOf(1, { verdict: 'inconclusive' }), runOf(2, { verdict: 'error' })]),
    ],
    ['Too little conclusive', searchOf([])],
    ['Interrupted', searchOf([runOf(1)], { interrupted: 'SIGINT' })],
    ['Interrupted, with 1 finding', searchOf([runOf(1)], { interrupted: 'SIGINT', findings: [LOST] })],
    ['Something was left behind', searchOf([runOf(1, { verdict: 'unclean' })])],
  ])('says its result in words: %s', (words, search) => {
    const page = exploreHtml(search);
    expect(page).toContain(`aria-label="Search: ${words}"`);
    expect(page).toContain(`<title>${words}: search of one-zone</title>`);
  });

  it('says that it is still going on, without the sign of a result', () => {
    const going = Object.entries(searchOf([runOf(1)])).filter(([field]) => field !== 'endedAt');
    const page = exploreHtml(Object.fromEntries(going) as SavedSearch);
    expect(page).toContain('class="verdict v-not-judged" aria-label="Search: Still searching"');
    const found = exploreHtml({ ...(Object.fromEntries(going) as SavedSearch), findings: [LOST] });
    expect(found).toContain('class="verdict v-fail" aria-label="Search: Still searching: 1 finding so far"');
  });

  it('counts runs that say nothing by their reason, and names what was never drawn', () => {
    const runs = [1, 2, 3].map((n) => runOf(n, { verdict: 'inconclusive', reason: 'pause not proven' }));
    const page = exploreHtml(
      searchOf([...runs, runOf(4)], { neverDrawn: ['action upgrade'], warnings: ['3 of 4'] }),
    );
    const text = textOf(page);
    expect(text).toContain('3 pause not proven 1 , 2 , 3');
    expect(text).toContain('action upgrade');
    expect(text).toContain('Warning 3 of 4');
  });

  it('has values that were never drawn beside what they are values of', () => {
    const never = ['fault upgrade', 'fault kill nodes c@any', 'fault kill nodes c@all', 'unheard of'];
    const text = textOf(exploreHtml(searchOf([runOf(1)], { neverDrawn: never })));
    expect(text).toContain(
      'Faults, actions and settings fault upgrade Values of the others fault kill nodes c@any nodes c@all unheard of',
    );
  });

  it('lets nothing from outside become a tag', () => {
    const run = runOf(1, {
      verdict: 'fail',
      kinds: [HOSTILE],
      settings: [HOSTILE],
      headline: HOSTILE,
      reason: HOSTILE,
      novel: [HOSTILE],
      folder: `runs/${HOSTILE}`,
      file: HOSTILE,
      change: HOSTILE,
      of: 1,
    });
    const page = exploreHtml(
      searchOf([run, { ...run, number: 2, verdict: 'error' }], {
        title: HOSTILE,
        name: HOSTILE,
        findings: [
          {
            ...LOST,
            words: HOSTILE,
            id: HOSTILE,
            reduced: { ...LOST.reduced!, experiment: HOSTILE, over: HOSTILE },
          },
        ],
        overlaps: [{ a: HOSTILE, b: HOSTILE, count: 1 }],
        neverDrawn: [HOSTILE],
        warnings: [HOSTILE],
        stopped: HOSTILE,
      }),
    );
    // Not toMatch: it would print the page.
    expect(/<(script|img|svg\/|!--)/i.exec(page)?.[0]).toBeUndefined();
  });

  it('can be made of any number of runs', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60 }), (length) => {
        const page = exploreHtml(searchOf(Array.from({ length }, (_, at) => runOf(at + 1))));
        expect(page).not.toContain('NaN');
        expect(page).not.toContain('undefined');
      }),
      { numRuns: 30 },
    );
  });
});
