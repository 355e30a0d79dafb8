import { describe, expect, it } from 'vitest';
import { renderAnnotations } from '../../../src/report/forms/annotations.ts';
import { placesOf } from '../../../src/report/forms/places.ts';
import { FLAWS } from '../../verdict/flaws.ts';
import { fixtureFindings, fixturePlan, fixtureRecord, fixtureRun } from '../fixture.ts';
import { hostileRun } from '../hostile.ts';
import { judgedRun } from './judged.ts';

const flawed = (name: string) => judgedRun([FLAWS.find((flaw) => flaw.name === name)!]);
const first = (text: string) => text.split('\n')[0];

describe('GitHub annotations', () => {
  it('are none for a run that passed', () => {
    expect(renderAnnotations(fixtureRun())).toBe('');
  });

  it.each([
    ['a check fails', '::error file=experiments/clean.yaml,line=18,col=5,'],
    ['an expectation is violated', '::error file=experiments/clean.yaml,line=13,col=9,'],
    ['a threshold is exceeded', '::error file=experiments/clean.yaml,line=20,col=70,'],
    ['a phase ran out of time', '::error file=experiments/clean.yaml,line=14,col=5,'],
    ['the steady state does not come back', '::error file=experiments/clean.yaml,line=7,col=5,'],
    ['an undo step failed', '::error file=experiments/clean.yaml,line=10,col=14,'],
    ['a workload moved nothing', '::warning file=experiments/clean.yaml,line=5,col=12,'],
    ['an error', '::error file=experiments/clean.yaml,line=1,col=1,'],
  ])('point at the place where %s', (name, start) => {
    expect(first(renderAnnotations(flawed(name)))!.startsWith(start)).toBe(true);
  });

  it('say what was seen, and name the file as the repository does', () => {
    const text = renderAnnotations(flawed('a check fails'), () => 'sub/a,b:c.yaml');
    expect(text).toBe(
      '::error file=sub/a%2Cb%3Ac.yaml,line=18,col=5,title=fail%3A check%2C no-loss::publish: 1 lost\n',
    );
  });

  it('find each of several limits of one threshold', () => {
    const plan = fixturePlan();
    plan.experiment.source = [
      'thresholds:',
      '  - { metric: publish-latency, workload: w, phase: p, max: 9s, p50: 1ms }',
      '  - metric: recovery-time',
      '    max: 60s',
    ].join('\n');
    const place = placesOf(plan);
    const pointers = [0, 1, 2].map((at) => place(`/thresholds/#${at}`));
    expect(pointers).toEqual([
      { line: 2, column: 69 },
      { line: 2, column: 60 },
      { line: 3, column: 5 },
    ]);
    expect(place('/method/7/expect/1')).toEqual({ line: 1, column: 1 });
  });

  it('are notices for a failure that was expected', () => {
    const flaw = FLAWS.find(({ name }) => name === 'a check fails')!;
    expect(renderAnnotations(judgedRun([flaw], 'fail'))).toMatch(/^::notice file=[^\n]*1 lost\n$/);
  });

  it('are one line each and at most ten of a level, whatever the names are', () => {
    const findings = Array.from({ length: 25 }, () => ({
      ...fixtureFindings()[0]!,
      verdict: 'fail' as const,
    }));
    findings.forEach((finding, at) => (finding.subject = `s${at}\n::add-mask::x`));
    const text = renderAnnotations(hostileRun(fixtureRun(fixtureRecord(), { findings })));
    const lines = text.trimEnd().split('\n');
    expect(lines).toHaveLength(10);
    for (const line of lines)
      expect(line).toMatch(/^::error file=[^\r]*,line=\d+,col=\d+,title=[^:]*::[^\r]*$/);
  });
});
