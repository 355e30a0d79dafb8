import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACTION, readAction } from '../support/action.ts';
import { Python } from '../support/python.ts';
import { isLeftOut } from '../support/surroundings/left-out.ts';

describe('action.yml', () => {
  const { inputs, runs } = readAction();

  it('puts no input into the text of a script, where it could be a command', () => {
    for (const { name, run } of runs.steps) expect(run ?? '', name).not.toContain('${{');
  });

  it('uses every input, and pins every action by its commit', () => {
    const text = readFileSync(ACTION, 'utf8');
    for (const name of Object.keys(inputs)) expect(text).toMatch(new RegExp(`inputs\\.${name}\\b`));
    for (const { uses } of runs.steps)
      expect(uses ?? 'actions/x@'.padEnd(50, '0')).toMatch(/^actions\/[\w-]+@[0-9a-f]{40}$/);
  });
});

describe.skipIf(isLeftOut('manifests'))('the published schema of actions', () => {
  let python: Python;
  let folder: string;
  // The first time, pip fetches them.
  const FETCH_MS = 120_000;
  beforeAll(() => {
    python = new Python(['check-jsonschema==0.39.0']);
    folder = mkdtempSync(join(tmpdir(), 'chaos-action-'));
  }, FETCH_MS);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const validate = (path: string) =>
    python.module('check_jsonschema', '--builtin-schema', 'vendor.github-actions', path);

  it('accepts it', () => {
    const { status, said } = validate(ACTION);
    expect(status, said).toBe(0);
  });

  it('refuses one with a misspelt key', () => {
    const path = join(folder, 'action.yml');
    writeFileSync(path, readFileSync(ACTION, 'utf8').replace('using: composite', 'usin: composite'));
    const { status, said } = validate(path);
    expect(status, said).not.toBe(0);
    expect(said).toContain('usin');
  });
});
