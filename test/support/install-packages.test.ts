import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

const SCRIPT = resolve('.ci/install-packages.mjs');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'install-packages-'));
  mkdirSync(join(folder, 'bin'));
  writeFileSync(join(folder, 'bin/npm'), '#!/bin/sh\necho "$@" >asked\n', { mode: 0o755 });
  write('package.json', { dependencies: { a: '1' } });
  const here = { 'node_modules/a': { version: '1', integrity: 'x' } };
  const elsewhere = { 'node_modules/b': { version: '1', integrity: 'y', optional: true } };
  write('package-lock.json', { packages: { '': { dependencies: { a: '1' } }, ...here, ...elsewhere } });
  mkdirSync(join(folder, 'node_modules/a'), { recursive: true });
  write('node_modules/.package-lock.json', { packages: here });
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, content: object): void {
  writeFileSync(join(folder, name), JSON.stringify(content));
}

/** What npm was asked for, or null when it was not called. */
function asked(): string | null {
  const env = { ...process.env, PATH: `${join(folder, 'bin')}:${process.env.PATH ?? ''}` };
  const { status, stderr } = spawnSync(process.execPath, [SCRIPT], { cwd: folder, env, encoding: 'utf8' });
  expect(status, stderr).toBe(0);
  const file = join(folder, 'asked');
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : null;
}

const INSTALLS = 'ci --no-fund --no-audit';

it('installs nothing when all is there that the lock names, packages for other platforms excepted', () => {
  expect(asked()).toBeNull();
});

it.each<[string, () => void]>([
  ['nothing is installed', () => rmSync(join(folder, 'node_modules'), { recursive: true })],
  ['a folder is gone', () => rmSync(join(folder, 'node_modules/a'), { recursive: true })],
  [
    'another version is there',
    () => write('node_modules/.package-lock.json', { packages: { 'node_modules/a': { version: '2' } } }),
  ],
  ['one is missing', () => write('node_modules/.package-lock.json', { packages: {} })],
  [
    'the lock is newer',
    () =>
      write('package-lock.json', {
        packages: { '': { dependencies: { a: '1' } }, 'node_modules/a': { version: '1', integrity: 'z' } },
      }),
  ],
  ['package.json asks for something else', () => write('package.json', { dependencies: { a: '2' } })],
])('installs exactly what the lock names when %s', (_what, change) => {
  change();
  expect(asked()).toBe(INSTALLS);
});
