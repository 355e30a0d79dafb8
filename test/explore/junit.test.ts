import { expect, it } from 'vitest';
import { renderSearchJunit } from '../../src/explore/junit.ts';
import { HOSTILE } from '../report/hostile.ts';
import { parseXml } from '../report/forms/xml.ts';
import { LOST, richSearch, runOf, searchOf } from './page/searches.ts';

it('has a case for the search and one for each finding, with where to look', () => {
  const [suite] = parseXml(renderSearchJunit(richSearch(), 'searches/x')).children;
  expect(suite!.attributes).toMatchObject({
    name: 'explore one-zone',
    tests: '3',
    failures: '2',
    errors: '0',
  });
  const cases = suite!.children.filter(({ name }) => name === 'testcase');
  expect(cases.map(({ attributes }) => attributes['name'])).toEqual([
    'searched',
    LOST.id,
    'server-crash-panic-index-out-of-range',
  ]);
  const [, lost, crash] = cases.map(({ children }) => children[0]);
  expect(lost!.attributes['message']).toBe('check no-loss missing');
  expect(lost!.text).toContain('in 3 runs: 17, 44, 61');
  expect(lost!.text).toContain('run 17: no-loss: 2 missing of 4,000 acknowledged messages');
  expect(lost!.text).toContain('report: searches/x/runs/2026-run-17/report.html');
  expect(lost!.text).toContain('smallest experiment: searches/x/findings/check-no-loss-missing/run-17.yaml');
  expect(crash!.text).toContain('not reduced: it did not show again in 3 runs');
});

it('is XML whatever is in the texts', () => {
  const texts = `${HOSTILE}]]>\u0000\u001b\uffff`;
  const run = runOf(1, { verdict: 'fail', headline: texts, folder: texts, signatures: [LOST.id] });
  const search = searchOf([run], {
    ...{ name: texts, file: texts, warnings: [texts] },
    findings: [{ ...LOST, id: texts, words: texts, runs: [1], reduced: null, notReduced: texts }],
  });
  expect(parseXml(renderSearchJunit(search, texts)).name).toBe('testsuites');
});
