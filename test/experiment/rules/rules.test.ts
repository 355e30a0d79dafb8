import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ENVIRONMENT_RULES, EXPERIMENT_RULES } from '../../../src/experiment/rules/index.ts';

const FOLDER = join(import.meta.dirname, '../../../src/experiment/rules');

/** `mirrors/path`: every file in a folder of rules. */
const files = readdirSync(FOLDER, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap(({ name }) => readdirSync(join(FOLDER, name)).map((file) => `${name}/${file.replace('.ts', '')}`));

describe('the rules', () => {
  const rules = [...ENVIRONMENT_RULES, ...EXPERIMENT_RULES];

  it('are one a file, listed once, and named as their file', () => {
    expect(rules.map(({ name }) => name).sort()).toEqual(files.sort());
  });

  it.each(files)('%s is the one thing that its file exports', async (name) => {
    const exported: unknown[] = Object.values(
      (await import(join(FOLDER, `${name}.ts`))) as Record<string, unknown>,
    );
    expect(exported).toEqual([rules.find((rule) => rule.name === name)]);
  });

  it.each(rules)('$name says in one sentence what it demands', ({ demand }) => {
    expect(demand).toMatch(/^[A-Z`][^.]+\.$/);
  });
});
