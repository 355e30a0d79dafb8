import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderJunit } from '../../../src/report/forms/junit.ts';
import { FLAWS } from '../../verdict/flaws.ts';
import { fixtureRun } from '../fixture.ts';
import { hostileRun } from '../hostile.ts';
import { judgedRun } from './judged.ts';
import { parseXml, type Element } from './xml.ts';

const suites = (...runs: Parameters<typeof renderJunit>[0]): Element[] =>
  parseXml(renderJunit(runs)).children;
const cases = (suite: Element): Element[] => suite.children.filter((child) => child.name === 'testcase');
const numbers = ({ attributes }: Element) => ({
  failures: Number(attributes['failures']),
  errors: Number(attributes['errors']),
});

describe('JUnit XML', () => {
  it('has a suite a run, and a case for each claim', () => {
    const [suite] = suites(fixtureRun());
    expect(suite!.attributes).toMatchObject({
      name: 'partition-recovery (nats-server 2.12.3)',
      failures: '0',
      errors: '0',
      skipped: '0',
      time: '37.812',
      timestamp: '2026-11-21T03:15:00',
    });
    const names = cases(suite!).map((one) => one.attributes['name']);
    expect(suite!.attributes['tests']).toBe(String(names.length));
    const groups = names.map((name) => name!.split(':')[0]);
    expect([...new Set(groups)]).toEqual([
      'run',
      'steady state',
      'phase',
      'fault',
      'undo',
      'expectation',
      'check',
      'threshold',
    ]);
    expect(names).toContain('fault: partition between qa1a and qa1b');
    const check = cases(suite!).find((one) => one.attributes['classname'] === 'partition-recovery.identical');
    expect(check!.attributes).toMatchObject({ file: 'experiments/partition-recovery.yaml', line: '42' });
  });

  it.each(FLAWS)('is red when $name, in the case that is to blame', (flaw) => {
    const saved = judgedRun([flaw]);
    const [suite] = suites(saved);
    const red = cases(suite!).filter((one) => one.children.some((c) => /failure|error/.test(c.name)));
    const { failures, errors } = numbers(suite!);
    expect(failures + errors).toBe(red.length);
    const expected = flaw.verdict === 'fail' ? 'failure' : 'error';
    expect(red.map((one) => one.children[0]!.name)).toContain(expected);
    const blamed = red.filter((one) => one.children[0]!.attributes['type'] === flaw.verdict);
    expect(blamed.length).toBeGreaterThan(0);
  });

  it('is red exactly when the exit code is not 0, whatever goes wrong at once', () => {
    fc.assert(
      fc.property(fc.subarray([...FLAWS]), fc.constantFrom('pass', 'fail'), (flaws, expected) => {
        const saved = judgedRun(flaws, expected);
        const { failures, errors } = numbers(suites(saved)[0]!);
        expect([saved.verdict, failures + errors > 0]).toEqual([saved.verdict, saved.exitCode !== 0]);
      }),
    );
  });

  it('skips what an experiment is expected to fail with, and says so', () => {
    const flaw = FLAWS.find(({ name }) => name === 'a check fails')!;
    const [suite] = suites(judgedRun([flaw], 'fail'));
    expect(suite!.attributes).toMatchObject({ failures: '0', errors: '0', skipped: '1' });
    const skipped = cases(suite!).flatMap((one) => one.children);
    expect(skipped[0]!.attributes['type']).toBe('expected');
    expect(skipped[0]!.attributes['message']).toMatch(/^expected of this experiment: 1 lost/);
    expect(numbers(suites(judgedRun([], 'fail'))[0]!)).toEqual({ failures: 1, errors: 0 });
  });

  it('stays well-formed, whatever the names are', () => {
    const read = suites(hostileRun(fixtureRun()), fixtureRun());
    expect(read).toHaveLength(2);
    expect(read[0]!.attributes['tests']).toBe(read[1]!.attributes['tests']);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const saved = {
          ...fixtureRun(),
          headline: text,
          experiment: { ...fixtureRun().experiment, name: text },
        };
        expect(suites(saved)).toHaveLength(1);
      }),
      { numRuns: 30 },
    );
  });
});
