import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadExperiment, type LoadedExperiment } from '../../src/experiment/load.ts';
import { offerFor } from '../../src/plan/attached-offer.ts';
import { buildPlan } from '../../src/plan/build.ts';
import { describePlan } from '../../src/plan/describe.ts';
import type { Plan } from '../../src/plan/plan.ts';

const root = join(import.meta.dirname, '../..');
const load = (file: string, environment?: string): LoadedExperiment =>
  loadExperiment(file, {
    env: { STAGING_PASSWORD: 'hush-hush' },
    cwd: root,
    ...(environment === undefined ? {} : { overrides: { environment } }),
  });
const planOf = (loaded: LoadedExperiment): Plan =>
  buildPlan(loaded, offerFor(loaded.environment.value, undefined));

const check = 'test/fixtures/good/staging-check.yaml';
const staging = 'test/fixtures/good/environments/staging.yaml';

describe('a plan on servers that run already', () => {
  const loaded = load(check);
  const plan = planOf(loaded);

  it('knows where they are, and which fields of streams and consumers the file states', () => {
    expect(plan.driver).toBe('attached');
    expect(plan.spec.attach).toMatchObject({
      allowFaults: false,
      hosts: [],
      servers: { 'east/n2': { client: '10.0.0.2:4222', monitor: 'http://10.0.0.2:8222' } },
      stated: {
        'east/orders': ['subjects', 'replicas'],
        'east/orders-copy': ['mirror'],
        'east/orders/billing': [],
      },
    });
  });

  it('can be read by people, and says nothing that the file does not', async () => {
    await expect(loaded.redact(`${describePlan(plan)}\n`)).toMatchFileSnapshot(
      '../fixtures/staging-check.plan.txt',
    );
  });

  it('is the one that the documentation shows', () => {
    const text = readFileSync(join(root, 'docs/attach.md'), 'utf8');
    for (const file of [check, staging]) expect(text).toContain(readFileSync(join(root, file), 'utf8'));
  });
});

describe('another environment for an experiment', () => {
  it('takes the place of its own, as a path from the working directory or as a name', () => {
    const path = load('test/fixtures/good/two-probes.yaml', 'test/fixtures/environments/zones.yaml');
    expect(path.environment.file).toBe('test/fixtures/environments/zones.yaml');
    const name = load('test/fixtures/good/staging-check.yaml', 'staging');
    expect(name.environment.value.name).toBe('staging');
  });

  it('runs the version that it runs: an experiment cannot choose one', () => {
    const folder = mkdtempSync(join(tmpdir(), 'chaos-attached-'));
    const file = join(folder, 'check.yaml');
    const text = readFileSync(join(root, check), 'utf8');
    writeFileSync(
      file,
      text.replace('environment: staging', `environment: ${join(root, staging)}\nnats: '2.12'`),
    );
    expect(() => planOf(load(file))).toThrow(
      /check\.yaml:4:7: attached servers run the version that they run: leave this out/,
    );
    rmSync(folder, { recursive: true });
  });

  it('must be there', () => {
    expect(() => load(check, 'nowhere.yaml')).toThrow('--environment: there is no file nowhere.yaml');
    expect(() => load(check, 'stagin')).toThrow(
      /--environment: there is no environment "stagin"; did you mean/,
    );
  });
});
