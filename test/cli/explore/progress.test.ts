import { describe, expect, it } from 'vitest';
import { runLine, standingLine } from '../../../src/cli/explore/progress.ts';
import { LOST, runOf, searchOf } from '../../explore/page/searches.ts';

describe('the line of a run', () => {
  it('says what it had and what was new in it', () => {
    const run = runOf(7, { kind: 'mutated', of: 3, novel: ['a', 'b'], kinds: [] });
    expect(runLine(runOf(7), [])).toBe('run 7 ✔ pass in 11.4 s: kill, pause');
    expect(runLine(run, [])).toBe('run 7 (from 3) ✔ pass in 11.4 s: no fault; 2 new');
  });

  it('has the whole headline of a run that fails, what was found, and where the report is', () => {
    const headline = `no-loss: ${'2 of 4,000 acknowledged messages are missing; '.repeat(5)}`.trim();
    const run = { verdict: 'fail' as const, signatures: [LOST.id], headline };
    expect(runLine(runOf(17, run), [LOST])).toBe(
      `run 17 ✘ fail in 11.4 s: kill, pause; found first here: check no-loss missing; ${headline}; runs/2026-run-17`,
    );
    expect(runLine(runOf(44, run), [LOST])).toContain('; found again: check no-loss missing; ');
  });

  it('cuts a headline without end, and still says where the report is', () => {
    const line = runLine(runOf(1, { verdict: 'error', headline: 'x'.repeat(5_000) }), []);
    expect(line.length).toBeLessThan(400);
    expect(line).toMatch(/x…; runs\/2026-run-1$/);
  });
});

describe('where a search stands', () => {
  const standing = { covered: 0.814, elapsedMs: 60_000 };

  it('has runs, findings, coverage and what is left of the budget', () => {
    const runs = [runOf(1), runOf(2, { verdict: 'inconclusive' })];
    expect(
      standingLine(searchOf(runs, { findings: [LOST], budget: { runs: 200, ms: 785_000 } }), standing),
    ).toBe('2 of 200 runs · 1 finding · 1 not conclusive · 81% covered · 12 m 05 s left');
  });

  it('has nothing that is not there', () => {
    expect(standingLine(searchOf([runOf(1)], { budget: {} }), standing)).toBe(
      '1 run · 0 findings · 81% covered',
    );
  });
});
