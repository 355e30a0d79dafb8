import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadEnvironment, loadExperiment } from '../../../src/experiment/load.ts';
import { resolveValue } from '../../../src/experiment/resolve/values.ts';

const cwd = join(import.meta.dirname, '../../fixtures/good');

describe('a file that has been read', () => {
  const { experiment, environment } = loadExperiment('language-experiment.yaml', { env: {}, cwd });

  it('has numbers where it had units', () => {
    expect(experiment.value.workloads['publish-qa1a']).toMatchObject({ rate: 200, size: 256 });
    expect(experiment.value.method[0]).toMatchObject({ for: 5000 });
    expect(experiment.value.method[2]).toMatchObject({ until: 'steady', within: 180_000 });
    expect(experiment.value.thresholds[1]).toMatchObject({ p99: 250 });
    expect(environment.value.clusters.qa1a?.jetstream).toEqual({
      domain: 'qa1a',
      maxFile: 4 * 1024 ** 3,
      syncInterval: 120_000,
    });
  });

  it('has every default filled in, also deep down', () => {
    expect(experiment.value).toMatchObject({ sampleEvery: 250, drain: { within: 30_000 }, probes: [] });
    expect(experiment.value.method[1]?.faults).toEqual([
      { kind: 'partition', between: ['qa1a', 'qa1b'], direction: 'both', mode: 'reset', keep: false },
    ]);
    expect(environment.value.streams['qa1a/qa']).toMatchObject({
      storage: 'file',
      retention: 'limits',
      discard: 'old',
    });
    expect(environment.value.clusters.qa1b).toMatchObject({ ports: {}, config: {} });
  });

  it('takes the version of nats-server from the command line when that names one', () => {
    const overridden = loadEnvironment('environments/dual-mirror.yaml', {
      env: {},
      cwd,
      overrides: { nats: '2.10' },
    });
    expect(overridden.value.nats).toBe('2.10');
    expect(environment.value.nats).toBe('2.12');
  });

  it('takes it from the experiment that names one, unless the command line does', () => {
    const folder = mkdtempSync(join(tmpdir(), 'chaos-nats-'));
    const text = readFileSync(join(cwd, 'language-experiment.yaml'), 'utf8').replace(
      /^environment: .*$/m,
      `environment: ${join(cwd, 'environments/dual-mirror.yaml')}\nnats: '2.11'`,
    );
    writeFileSync(join(folder, 'upgrade.yaml'), text);
    const loaded = (overrides: { nats?: string }) =>
      loadExperiment('upgrade.yaml', { env: {}, cwd: folder, overrides }).environment.value.nats;
    expect(loaded({})).toBe('2.11');
    expect(loaded({ nats: '2.10' })).toBe('2.10');
    rmSync(folder, { recursive: true });
  });
});

describe('resolving', () => {
  it('leaves a word that stands in place of a quantity', () => {
    const schema = { type: 'string', 'x-unit': 'duration' } as const;
    expect(resolveValue(schema, 'always')).toBe('always');
    expect(resolveValue(schema, '1.5s')).toBe(1500);
  });

  it('does not mistake a hostile key for a field', () => {
    const value = JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1}') as object;
    const resolved = resolveValue({ type: 'object', properties: {} }, value) as Record<string, unknown>;
    expect(Object.keys(resolved)).toEqual(['__proto__', 'constructor']);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});
