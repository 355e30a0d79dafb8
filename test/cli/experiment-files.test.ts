import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { experimentFile, experimentFiles } from '../../src/cli/run/experiment-files.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

it('finds an experiment by its name, from anywhere', () => {
  expect(experimentFile('partition')).toBe('experiments/partition.yaml');
  vi.spyOn(process, 'cwd').mockReturnValue('/');
  const shipped = experimentFile('partition');
  expect(resolve('/', shipped)).toBe(join(import.meta.dirname, '../../experiments/partition.yaml'));
  expect(existsSync(resolve('/', shipped))).toBe(true);
});

it('takes a path for a path, and a folder for what is in it', () => {
  expect(experimentFiles(['./partition', 'x.yaml', 'experiments/partition'])).toEqual([
    './partition',
    'x.yaml',
    'experiments/partition',
  ]);
  expect(experimentFiles(['experiments', 'experiments/partition.yaml'])).toContain(
    'experiments/partition.yaml',
  );
});

it('says which name was probably meant', () => {
  expect(() => experimentFile('partitoin')).toThrow(
    'there is neither a file nor an experiment "partitoin"; did you mean "partition"?',
  );
});
