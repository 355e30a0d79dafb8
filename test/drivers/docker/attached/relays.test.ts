import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { RELAY } from '../../../../src/drivers/docker/attached/relays.ts';

it('starts the program that the build makes', () => {
  expect(existsSync(`src/${RELAY}.ts`)).toBe(true);
  expect(readFileSync('esbuild.config.mjs', 'utf8')).toContain(`'src/${RELAY}.ts'`);
});
