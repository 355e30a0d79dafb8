import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { examineExperiment, examineFile, isSpaceFile } from '../../src/experiment/load.ts';
import { formatProblems } from '../../src/experiment/source/problem.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures');
const env = { SECRET_TOKEN: 'hush-hush' };

describe('bad files are told what is wrong with them, word for word', () => {
  const folder = join(FIXTURES, 'bad');
  const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  it.each(files)('%s', async (name) => {
    const text = formatProblems(examineFile(join('bad', name), { env, cwd: FIXTURES }));
    const shown = text.replaceAll(/Looked in .*/g, 'Looked in …');
    await expect(`${shown}\n`).toMatchFileSnapshot(join(folder, name.replace('.yaml', '.txt')));
  });

  it('never shows a secret', () => {
    const text = formatProblems(examineFile('bad/variables.yaml', { env, cwd: FIXTURES }));
    expect(text).toContain('***');
    expect(text).not.toMatch(/hush-hush|swordfish/);
  });
});

describe('good files', () => {
  it.each([
    'good/language-experiment.yaml',
    'good/restarts.yaml',
    'good/environments/dual-mirror.yaml',
    'good/environments/all-links.yaml',
    'good/environments/all-links-listed.yaml',
  ])('%s', (file) => {
    expect(formatProblems(examineFile(file, { env: {}, cwd: FIXTURES }))).toBe('');
  });

  const root = join(import.meta.dirname, '../..');
  const shipped = ['experiments', 'bench/peer-suite'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.yaml') && !name.startsWith('environments'))
      .map((name) => join(folder, name)),
  );
  const isSpace = (file: string): boolean => isSpaceFile(file, { env: {}, cwd: root });
  it.each(shipped.filter(isSpace))('%s, a space which is in the repository', (file) => {
    expect(formatProblems(examineFile(file, { env: {}, cwd: root }))).toBe('');
  });

  it.each(shipped.filter((file) => !isSpace(file)))('%s, which is in the repository', (file) => {
    const { problems, loaded } = examineExperiment(file, { env: {}, cwd: root });
    expect(formatProblems(problems)).toBe('');
    expect(loaded).toBeDefined();
  });
});
