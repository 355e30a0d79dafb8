import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { TestModule } from 'vitest/node';
import FailedFilesReporter from './failed-files-reporter.ts';

const module = (name: string, path: string, ok: boolean): TestModule =>
  ({ project: { name }, relativeModuleId: path, ok: () => ok }) as unknown as TestModule;

it('writes project and path of each file that failed, and an empty file when none did', () => {
  const folder = mkdtempSync(join(tmpdir(), 'failed-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const file = join(folder, 'failed');
  const reporter = new FailedFilesReporter(file);
  reporter.onTestRunEnd([
    module('e2e', 'test/e2e/a.test.ts', false),
    module('unit', 'test/x.test.ts', true),
    module('containers', 'test/e2e/b.test.ts', false),
  ]);
  expect(readFileSync(file, 'utf8')).toBe('e2e test/e2e/a.test.ts\ncontainers test/e2e/b.test.ts\n');
  reporter.onTestRunEnd([module('unit', 'test/x.test.ts', true)]);
  expect(readFileSync(file, 'utf8')).toBe('');
});
