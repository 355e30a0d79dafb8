import { mkdirSync, mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createRunFolder } from '../../../src/cli/run/run-folder.ts';
import { watchRunsBeside } from '../../../src/cli/run/runs-beside.ts';

let out: string;
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'chaos-beside-'));
});
afterEach(() => rmSync(out, { recursive: true, force: true }));

const at = (second: number): Date => new Date(Date.UTC(2026, 10, 28, 3, 0, second));

it('counts each other run once that went on beside one, whenever it began or ended', () => {
  mkdirSync(join(out, '20261127T030000Z-cut-2.12.15'));
  const early = createRunFolder(out, 'early', 'aaaa', at(0));
  const own = createRunFolder(out, 'own-one', 'bbbb', at(1));
  const beside = watchRunsBeside(own.path);
  expect(beside()).toBe(1);
  early.finish('2.12.15');
  expect(beside()).toBe(1);
  const late = createRunFolder(out, 'late', 'cccc', at(2));
  expect(beside()).toBe(2);
  late.finish('2.12.15');
  createRunFolder(out, 'later', 'dddd', at(3));
  expect(beside()).toBe(3);
});

it('counts nothing where nobody else is, and no run whose runner is dead', () => {
  const left = createRunFolder(out, 'left', 'aaaa', at(0));
  rmSync(join(left.path, 'runner.json'));
  // Longer ago than a runner needs to put its mark there.
  utimesSync(left.path, at(0), new Date(0));
  const own = createRunFolder(out, 'own', 'bbbb', at(1));
  expect(watchRunsBeside(own.path)()).toBe(0);
});
