import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { tagsOf } from '../../src/experiment/load.ts';
import { yamlFilesBelow } from '../../src/experiment/source/files.ts';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/seeds.md'), 'utf8');

/** `[name](../experiments/file.yaml): \`word\`, \`word\``: an experiment, and what in it shows the promise. */
const CITATION = /\[([\w-]+)\]\(\.\.\/(experiments\/[\w/-]+\.yaml)\): ((?:`[\w-]+`(?:, )?)+)/g;

interface Row {
  promise: string;
  shownBy: string;
  verdict: string;
}

const rows: Row[] = page
  .split('\n')
  .filter((line) => /^\| (?!the guide says|-)/.test(line))
  .map((line) => {
    const [, promise = '', shownBy = '', verdict = ''] = line.split('|').map((cell) => cell.trim());
    return { promise, shownBy, verdict };
  });

const citations = rows.flatMap(({ promise, shownBy }) =>
  [...shownBy.matchAll(CITATION)].map(([, name = '', file = '', words = '']) => ({
    promise,
    name,
    file,
    words: [...words.matchAll(/`([\w-]+)`/g)].map(([, word = '']) => word),
  })),
);

const tagged = yamlFilesBelow(join(root, 'experiments'))
  .filter((file) => tagsOf(file, { env: {} })?.includes('seeds'))
  .map((file) => file.slice(root.length + 1));

describe('the page of the set-ups that users start from', () => {
  it('has a row for each promise of all five', () => {
    expect(page.match(/^## 00\d /gm)).toHaveLength(5);
    expect(rows.length).toBeGreaterThan(100);
  });

  it('names experiments with the tag, each with a check or the like that it has', () => {
    for (const { promise, name, file, words } of citations) {
      const experiment = load(readFileSync(join(root, file), 'utf8')) as { name: string };
      expect(experiment.name, promise).toBe(name);
      expect(tagged, promise).toContain(file);
      expect(kindsIn(experiment), `${promise}: ${file}`).toEqual(expect.arrayContaining(words));
    }
  });

  it('names every experiment with the tag', () => {
    const named = new Set(citations.map(({ file }) => file));
    expect(tagged.filter((file) => !named.has(file))).toEqual([]);
  });

  it('links to nothing that the citations do not find', () => {
    const links = page.match(/\]\(\.\.\/experiments\//g) ?? [];
    expect(citations).toHaveLength(links.length);
  });

  it('calls a pass only what an experiment has shown', () => {
    const passes = rows.filter(({ verdict }) => verdict.startsWith('pass'));
    expect(passes.length).toBeGreaterThan(30);
    for (const { promise, shownBy, verdict } of passes) {
      expect(shownBy, promise).toMatch(/\.\.\/experiments\//);
      expect(verdict, promise).toMatch(/^pass \(2\.\d+\.\d+, (processes|containers)/);
    }
  });
});

/** Every kind and metric anywhere in an experiment. */
function kindsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(kindsIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    (key === 'kind' || key === 'metric') && typeof inner === 'string' ? [inner] : kindsIn(inner),
  );
}
