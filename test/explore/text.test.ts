import { expect, it } from 'vitest';
import { renderSearch } from '../../src/explore/text.ts';
import { HOSTILE } from '../report/hostile.ts';
import { LOST, richSearch, runOf, searchOf } from './page/searches.ts';

const PLAIN = { color: false, width: 80 };

it('has findings first, with what was seen and the smallest experiment, and then what was covered', () => {
  const lines = renderSearch({ ...richSearch(), covered: 0.81 }, 'searches/x', PLAIN).split('\n');
  expect(lines.slice(0, 10)).toEqual([
    '✘ FAIL  2 findings in 120 runs, 111 of them conclusive',
    '',
    '  ✘ check no-loss missing',
    '    in 3 runs: 17, 44, 61',
    '    run 17: no-loss: 2 missing of 4,000 acknowledged messages',
    '    smallest experiment, shown in 3 of 3 runs:',
    '    searches/x/findings/check-no-loss-missing/run-17.yaml',
    '',
    '  ✘ server-crash panic: index out of range [#] with length #',
    '    in 1 run: 44',
  ]);
  expect(lines).toContain('    not reduced: it did not show again in 3 runs');
  expect(lines).toContain('  covered   81% with values; 7 of 8 faults, actions and settings');
  expect(lines).toContain('  not drawn action upgrade; publish-qa size 1MiB');
  expect(
    lines.find((line) => line.startsWith('  9 runs    inconclusive: fault latency was not proven (')),
  ).toBeDefined();
  expect(lines).toContain('  saved     searches/x/explore.html, explore.json');
});

it('keeps its columns, and breaks what is wider than the terminal below them', () => {
  const neverDrawn = Array.from({ length: 30 }, (_, at) => `fault number-${at} nodes any`);
  const lines = renderSearch(searchOf([runOf(1, { reused: 1 })], { neverDrawn }), 'x', PLAIN).split('\n');
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80);
  expect(lines[0]).toBe('✔ PASS  nothing found in 1 run');
  for (const line of lines.slice(2).filter((one) => one !== '')) expect(line).toMatch(/^ {2}(.{9} | {10})\S/);
  expect(lines.find((line) => line.includes('on servers of earlier ones'))).toContain('1 on servers');
});

it('lets nothing from outside move the cursor', () => {
  const run = runOf(1, { verdict: 'error', reason: `\u001b[2J${HOSTILE}`, headline: '\u001b[2J\n' });
  const finding = { ...LOST, words: '\u001b[2J', runs: [1] };
  const text = renderSearch(searchOf([run], { findings: [finding], warnings: ['\u0007'] }), '\u009b', PLAIN);
  expect(text).not.toMatch(/[^\P{Cc}\n]/u);
});
