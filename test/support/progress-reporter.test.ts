import { expect, it } from 'vitest';
import type { TestCase, TestModule, TestSpecification } from 'vitest/node';
import ProgressReporter from './progress-reporter.ts';

const module = (id: string, project: string): TestModule =>
  ({ id, project: { name: project }, relativeModuleId: `test/${id}.test.ts` }) as unknown as TestModule;

it('says which file begins, how many of how many it is, and what goes on for long', () => {
  const said: string[] = [];
  let now = 0;
  const reporter = new ProgressReporter(
    (line) => said.push(line),
    () => now,
  );
  reporter.onTestRunStart(Array.from({ length: 3 }, () => ({}) as unknown as TestSpecification));
  const [quick, first, second] = [
    module('quick', 'unit'),
    module('first', 'e2e'),
    module('second', 'servers'),
  ];
  for (const one of [quick, first, second]) reporter.onTestModuleQueued(one);
  expect(said).toEqual(['▸ 2 of 3: e2e test/first.test.ts', '▸ 3 of 3: servers test/second.test.ts']);
  reporter.onTestCaseReady({ module: first, fullName: 'a cluster > forms' } as unknown as TestCase);
  reporter.onTestModuleEnd(quick);
  now = 42_000;
  expect(reporter.still()).toEqual([
    '▸ still running after 42 s: e2e test/first.test.ts > a cluster > forms',
    '▸ still running after 42 s: servers test/second.test.ts',
  ]);
  reporter.onTestModuleEnd(first);
  reporter.onTestModuleEnd(second);
  expect(reporter.still()).toEqual([]);
  reporter.onTestRunEnd();
});
