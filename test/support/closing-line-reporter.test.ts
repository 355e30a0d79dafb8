import { afterEach, expect, it, vi } from 'vitest';
import type { TestModule, TestProject } from 'vitest/node';
import ClosingLineReporter from './closing-line-reporter.ts';
import type { LeftOut } from './surroundings/choose-groups.ts';

const LEFT_OUT: LeftOut[] = [{ group: 'browser', why: 'chromium is not installed', how: 'install chromium' }];

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const running = (...projects: string[]) => ({
  projects: projects.map((name) => ({ name }) as unknown as TestProject),
});

function module(...tests: [state: string, duration: number | undefined][]): TestModule {
  const all = tests.map(([state, duration], i) => ({
    fullName: `test ${i}`,
    module: { relativeModuleId: 'test/x.test.ts' },
    result: () => ({ state }),
    diagnostic: () => (duration === undefined ? undefined : { duration }),
  }));
  return { children: { allTests: () => all }, errors: () => [] } as unknown as TestModule;
}

function said(reporter: ClosingLineReporter, ...modules: TestModule[]): string {
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  reporter.onTestRunEnd(modules);
  const lines = log.mock.calls.map(([line]) => String(line));
  log.mockRestore();
  return lines.join('\n');
}

it('ends with the slowest ten, slowest first, and one plain line', () => {
  const reporter = new ClosingLineReporter([]);
  reporter.onInit(running('unit'));
  const tests = Array.from({ length: 11 }, (_, i): [string, number] => ['passed', (i + 1) * 1000]);
  const lines = said(reporter, module(...tests, ['failed', 500], ['skipped', undefined])).split('\n');
  expect(lines[0]).toBe('The slowest 10 tests:');
  expect(lines[1]).toBe('  11.0 s  test/x.test.ts > test 10');
  expect(lines[10]).toBe('   2.0 s  test/x.test.ts > test 1');
  expect(lines.at(-1)).toBe('11 passed, 1 failed, 1 skipped');
});

it('says what was left out of the projects that ran, before the last line', () => {
  vi.stubEnv('CI', '');
  const reporter = new ClosingLineReporter(LEFT_OUT);
  reporter.onInit(running('unit', 'browser'));
  expect(said(reporter, module(['passed', 1]))).toMatch(/chromium is not installed[^]*\n1 passed, 0 failed$/);
  reporter.onInit(running('unit'));
  expect(said(reporter, module(['passed', 1]))).not.toContain('chromium');
});

it('lets nothing begin with CI=true while something would be left out, and says what lacks', () => {
  vi.stubEnv('CI', 'true');
  const reporter = new ClosingLineReporter(LEFT_OUT);
  expect(() => reporter.onInit(running('browser'))).toThrow(
    /nothing may be left out[^]*chromium is not inst/,
  );
  expect(() => reporter.onInit(running('unit'))).not.toThrow();
});
