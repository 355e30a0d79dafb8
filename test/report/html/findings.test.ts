import { expect, test } from 'vitest';
import { renderHtml } from '../../../src/report/html.ts';
import { renderSummary } from '../../../src/report/console.ts';
import { claimsOf } from '../../../src/report/forms/claims.ts';
import { fixtureFindings, fixtureRecord, fixtureRun } from '../fixture.ts';

const circumstances = {
  publishedAt: 5000,
  acknowledgedAt: 5003,
  deliveredAt: 5004,
  phase: 'cut',
  faults: ['partition between a and b'],
};

function lost(verdict: 'fail' | 'inconclusive') {
  const [first, ...others] = fixtureFindings();
  const finding = {
    ...first!,
    verdict,
    statement: '3 missing (at the end) of 9: <one>',
    counts: { missing: 3, missingAtEnd: 3 },
    examples: [{ stream: 'a/qa', seq: 7, text: '<one>', circumstances }],
    overTime: { what: 'lost', everyMs: 1000, counts: [0, 0, 1, 2] },
  };
  return fixtureRun(fixtureRecord(), { findings: [finding, ...others] });
}

const KNOWN =
  'published at 5 s, acknowledged at 5 s, delivered at 5 s, in phase cut, during partition between a and b';

test('the page draws how many were lost over time, and says what is known of each case', () => {
  const page = renderHtml(lost('fail'));
  const [strip = ''] = /<figure class="over-time">[^]*?<\/figure>/.exec(page) ?? [];
  const heights = [...strip.matchAll(/<rect x="(\d+)" y="\d+" width="\d+" height="(\d+)">/g)];
  expect(heights.map(([, x, height]) => [Number(x), Number(height)])).toEqual([
    [12, 20],
    [18, 40],
  ]);
  expect(strip).toContain('3 messages lost, by when they were published: at most 2 in 1 s');
  expect(strip).toContain('2 messages lost, published');
  expect(page).toContain(`<div>${KNOWN}</div>`);
  expect(page).not.toContain('<one>');
});

test('a finding without them has neither strip nor column', () => {
  const page = renderHtml(fixtureRun(fixtureRecord(), { findings: fixtureFindings() }));
  expect(page).not.toContain('class="over-time"');
  expect(page).not.toContain('Circumstances');
});

test('the terminal and the other forms say it with the first case of a failure', () => {
  const options = { color: false, width: 400, plain: true };
  expect(renderSummary(lost('fail'), options)).toContain(`<one> (${KNOWN})`);
  expect(renderSummary(lost('inconclusive'), options)).not.toContain(KNOWN);
  const claim = claimsOf(lost('fail')).find(({ where }) => where === 'no-loss');
  expect(claim?.statement).toContain(`a/qa sequence 7: <one> (${KNOWN})`);
});
