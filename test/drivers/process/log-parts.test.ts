import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LogParts } from '../../../src/drivers/process/log-parts.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chaos-log-parts-'));
  for (const name of ['logs', 'first', 'second']) mkdirSync(join(folder, name));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('gives each run what was written while it went on', async () => {
  const log = join(folder, 'logs', 'n1.log');
  const first = new LogParts(join(folder, 'logs'));
  writeFileSync(log, 'of the first\n');
  await first.copyTo(join(folder, 'first'));
  const second = new LogParts(join(folder, 'logs'));
  appendFileSync(log, 'of the second\n');
  writeFileSync(join(folder, 'logs', 'n2.log'), 'new\n');
  await second.copyTo(join(folder, 'second'));
  expect(readFileSync(join(folder, 'first', 'n1.log'), 'utf8')).toBe('of the first\n');
  expect(readFileSync(join(folder, 'second', 'n1.log'), 'utf8')).toBe('of the second\n');
  expect(readFileSync(join(folder, 'second', 'n2.log'), 'utf8')).toBe('new\n');
});

it('has nothing to give where there is no log', async () => {
  await new LogParts(join(folder, 'nowhere')).copyTo(join(folder, 'first'));
});
