import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  loadSearch,
  newSearchFolder,
  saveSearch,
  searchToResume,
} from '../../../src/cli/explore/search-folder.ts';
import { SEARCH_SCHEMA_VERSION } from '../../../src/explore/saved.ts';
import type { Search } from '../../../src/explore/search.ts';

let out: string;
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'chaos-searches-'));
});
afterEach(() => {
  rmSync(out, { recursive: true, force: true });
});

function searchOf(over: Partial<Search> = {}): Search {
  return {
    schemaVersion: SEARCH_SCHEMA_VERSION,
    program: { name: 'nats-chaos', version: '0.0.0' },
    ...{ name: 'space', title: 'A claim', file: 'space.yaml', digest: '', seed: 7 },
    ...{ startedAt: new Date(0).toISOString(), wallMs: 0, budget: { runs: 1 } },
    ...{ runs: [], findings: [], features: [], neverDrawn: [], overlaps: [], warnings: [] },
    ...over,
  };
}

function saved(day: number, over: Partial<Search> = {}): string {
  const folder = newSearchFolder(out, new Date(Date.UTC(2026, 10, day)));
  saveSearch(folder, searchOf(over));
  return folder;
}

it('two searches of one second do not share a folder', () => {
  const at = new Date();
  expect(newSearchFolder(out, at)).not.toBe(newSearchFolder(out, at));
});

describe('a search that goes on', () => {
  it('is the newest that is not over, and is read as it was written', () => {
    saved(1);
    const second = saved(2);
    saved(3, { endedAt: new Date(0).toISOString() });
    expect(searchToResume(out, false)).toBe(second);
    expect(loadSearch(second)).toEqual(searchOf());
  });

  it('is told to be unreadable where its file was cut off, with what is still there', () => {
    const folder = saved(1);
    const path = join(folder, 'explore.json');
    writeFileSync(path, readFileSync(path, 'utf8').slice(0, 200));
    expect(() => loadSearch(folder)).toThrow(`${path} is no search of this version of the form`);
    expect(() => searchToResume(out, false)).toThrow('it is no JSON');
  });

  it.each([
    ['lacks a field', { schemaVersion: 1, runs: [] }],
    ['has a field of another kind', { ...searchOf(), findings: 'none' }],
    ['is of another version', { ...searchOf(), schemaVersion: 2 }],
    ['is nothing', null],
  ])('is refused where its file %s', (_what, content) => {
    const folder = join(out, 'search');
    mkdirSync(folder);
    writeFileSync(join(folder, 'explore.json'), JSON.stringify(content));
    expect(() => loadSearch(folder)).toThrow(/explore\.json is no search of this version .*violates/);
  });
});
