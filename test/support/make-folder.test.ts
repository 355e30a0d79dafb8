import { existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeFolder, makeNewFolder } from '../../src/support/make-folder.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(realpathSync(tmpdir()), 'chaos-folder-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

it('makes a folder with those above it, and leaves one that is there as it is', () => {
  const path = join(folder, 'a/b/c');
  makeFolder(path);
  makeFolder(path);
  expect(existsSync(path)).toBe(true);
});

it.each(['file', 'file/below', 'file/far/below'])('names the file that is in the way of %s', (path) => {
  writeFileSync(join(folder, 'file'), '');
  const message = `${join(folder, 'file')} is no folder: expected one, or a name that is free`;
  expect(() => makeFolder(join(folder, path))).toThrow(message);
});

it('gives a folder of its own to each that asks for the same name', () => {
  const names = [1, 2, 3].map(() => makeNewFolder(join(folder, 'out'), 'name'));
  expect(names).toEqual(['name', 'name-2', 'name-3'].map((name) => join(folder, 'out', name)));
});
