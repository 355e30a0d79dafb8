import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { filesBelow } from '../../../../src/drivers/docker/engine/built-image.ts';

const folder = mkdtempSync(join(realpathSync(tmpdir()), 'built-image-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('an image gets the files of folders, through links, and ends where links lead back or nowhere', () => {
  mkdirSync(join(folder, 'own/deep'), { recursive: true });
  mkdirSync(join(folder, 'elsewhere'));
  writeFileSync(join(folder, 'own/deep/a'), '');
  writeFileSync(join(folder, 'elsewhere/b'), '');
  symlinkSync(join(folder, 'elsewhere'), join(folder, 'own/linked'));
  symlinkSync('..', join(folder, 'own/deep/back'));
  symlinkSync('nowhere', join(folder, 'own/dead'));
  expect(filesBelow(join(folder, 'own')).sort()).toEqual([
    join(folder, 'own/deep/a'),
    join(folder, 'own/linked/b'),
  ]);
  expect(filesBelow(join(folder, 'own/deep/a'))).toEqual([join(folder, 'own/deep/a')]);
});
