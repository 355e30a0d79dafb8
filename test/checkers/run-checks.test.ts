import { describe, expect, test } from 'vitest';
import { runChecks } from '../../src/checkers/run-checks.ts';
import { MIRROR, Timeline } from './history.ts';
import { check } from './spoil.ts';

describe('run-checks', () => {
  test('a check that crashes, or that there is not, has found out nothing', () => {
    const broken = {
      kind: 'broken',
      summary: '',
      proof: '',
      example: '',
      schema: {},
      check: () => {
        throw new TypeError('no such thing');
      },
    };
    const findings = runChecks(
      new Timeline(['p1']).history,
      [
        { kind: 'broken', options: {} },
        { kind: 'absent', options: {} },
      ],
      { available: [broken] },
    );
    expect(findings.map(({ verdict, statement }) => [verdict, statement])).toEqual([
      ['inconclusive', 'the check crashed: no such thing'],
      ['inconclusive', 'the check crashed: there is no check absent'],
    ]);
  });

  test('a finding has at most 20 examples, the lowest sequences first, and the whole count', () => {
    const timeline = new Timeline(Array.from({ length: 5000 }, () => 'p1' as const));
    timeline.drop('stored', ({ stream, seq }) => stream === MIRROR && seq !== 1);
    const finding = check(timeline, 'identical');
    expect(finding.examples.map(({ seq }) => seq)).toEqual(Array.from({ length: 20 }, (_, at) => at + 2));
    expect(finding.counts.missing).toBe(4999);
    expect(finding.statement).toMatch(/^4999 differences: a\/qa holds sequence 2,/);
  });
});
