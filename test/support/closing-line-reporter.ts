import type { Reporter, TestCase, TestModule, Vitest } from 'vitest/node';
import type { LeftOut } from './surroundings/choose-groups.ts';
import { leftOutOf, leftOutTable } from './surroundings/left-out-table.ts';

const SLOWEST = 10;

/**
 * Closes a test run: the slowest tests, what this machine lacks, and one plain line that any machine can read,
 * `12 passed, 0 failed`. Where a change is landed (CI=true) nothing may be left out, and nothing runs then.
 */
export default class ClosingLineReporter implements Reporter {
  readonly #all: readonly LeftOut[];
  #leftOut: readonly LeftOut[] = [];

  /** @param leftOut what this machine lacks, whatever runs */
  constructor(leftOut: readonly LeftOut[]) {
    this.#all = leftOut;
  }

  onInit({ projects }: Pick<Vitest, 'projects'>): void {
    this.#leftOut = leftOutOf(
      projects.map(({ name }) => name),
      this.#all,
    );
    if (process.env['CI'] !== 'true' || this.#leftOut.length === 0) return;
    const error = new Error(
      `CI=true: nothing may be left out, and this lacks:\n${leftOutTable(this.#leftOut)}`,
    );
    error.stack = error.message;
    throw error;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    for (const line of slowest(tests)) console.log(line);
    if (this.#leftOut.length > 0) console.log(leftOutTable(this.#leftOut));
    const count = (state: 'passed' | 'failed' | 'skipped'): number =>
      tests.filter((test) => test.result().state === state).length;
    const broken = modules.filter((module) => module.errors().length > 0).length;
    const skipped = count('skipped');
    const tail = skipped > 0 ? `, ${skipped} skipped` : '';
    console.log(`${count('passed')} passed, ${count('failed') + broken} failed${tail}`);
  }
}

function slowest(tests: readonly TestCase[]): string[] {
  const timed = tests.flatMap((test) => {
    const { duration } = test.diagnostic() ?? {};
    return duration === undefined ? [] : [{ test, duration }];
  });
  const first = timed.sort((a, b) => b.duration - a.duration).slice(0, SLOWEST);
  if (first.length === 0) return [];
  return [
    `The slowest ${first.length === 1 ? 'test' : `${first.length} tests`}:`,
    ...first.map(({ test, duration }) => {
      const seconds = (duration / 1000).toFixed(1).padStart(6);
      return `${seconds} s  ${test.module.relativeModuleId} > ${test.fullName}`;
    }),
    '',
  ];
}
