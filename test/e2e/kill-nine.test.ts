import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';

it('kill -9 of the runner at random moments leaves nothing behind', () => {
  const bench = [resolve('bench/kill-nine.mjs'), '3', '11'];
  const { status, stdout, stderr } = spawnSync(process.execPath, bench, { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(stdout).toMatch(/^3 of 3 left nothing behind/m);
  expect(status).toBe(0);
}, 300_000);
