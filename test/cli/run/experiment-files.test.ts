import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { experimentFile, experimentFiles } from '../../../src/cli/run/experiment-files.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

it('finds an experiment by its name, from anywhere', () => {
  expect(experimentFile('partition')).toBe('experiments/partition.yaml');
  vi.spyOn(process, 'cwd').mockReturnValue('/');
  const shipped = experimentFile('partition');
  expect(resolve('/', shipped)).toBe(join(import.meta.dirname, '../../../experiments/partition.yaml'));
  expect(existsSync(resolve('/', shipped))).toBe(true);
});

it('finds those of the cookbook and the findings, too', () => {
  expect(experimentFile('leader-kill')).toBe('experiments/cookbook/leader-kill.yaml');
  expect(experimentFile('kills-lose-stream')).toBe('experiments/findings/kills-lose-stream.yaml');
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

describe('with tags', () => {
  let folder: string;
  const at = (name: string): string => join(folder, name);
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'chaos-tags-'));
    mkdirSync(at('deep/deeper'), { recursive: true });
    writeFileSync(at('a.yaml'), 'name: a\ntags: [mirror, nightly]\nmethod: []\n');
    writeFileSync(at('deep/deeper/b.yaml'), 'name: b\ntags: [gateway]\nmethod: []\n');
    writeFileSync(at('deep/c.yaml'), 'name: c\nmethod: []\n');
    writeFileSync(at('environment.yaml'), 'name: e\nclusters: {}\n');
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('a folder stands for those that have one of the tags, in all folders below it', () => {
    expect(experimentFiles([folder])).toEqual([at('a.yaml'), at('deep/c.yaml'), at('deep/deeper/b.yaml')]);
    expect(experimentFiles([folder], ['gateway'])).toEqual([at('deep/deeper/b.yaml')]);
    expect(experimentFiles([folder], ['gateway', 'mirror'])).toEqual([
      at('a.yaml'),
      at('deep/deeper/b.yaml'),
    ]);
  });

  it('a single file without the tag is left out too', () => {
    expect(experimentFiles([at('a.yaml'), at('deep/c.yaml')], ['nightly'])).toEqual([at('a.yaml')]);
  });

  it('a tag that none has is an error, with the one that was probably meant or those there are', () => {
    expect(() => experimentFiles([folder], ['gatway'])).toThrow(
      'none of 3 experiments has the tag "gatway"; did you mean "gateway"?',
    );
    expect(() => experimentFiles([folder], ['mirror', 'power'])).toThrow(
      'none of 3 experiments has the tag "power"; expected one of gateway, mirror, nightly',
    );
    expect(() => experimentFiles([at('deep/c.yaml')], ['power'])).toThrow('none has any');
  });

  it('a file that is no YAML stays, so that it is reported', () => {
    const broken = at('broken.yaml');
    writeFileSync(broken, 'name: [\n');
    expect(experimentFiles([folder], ['gateway'])).toEqual([broken, at('deep/deeper/b.yaml')]);
    rmSync(broken);
  });
});
