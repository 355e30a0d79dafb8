import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { workloadFacts } from '../../src/cli/run/workload-facts.ts';
import { loadExperiment } from '../../src/experiment/load.ts';
import { buildPlan } from '../../src/plan/build.ts';
import { driverOffer } from '../../src/plan/driver-offer.ts';

const root = join(import.meta.dirname, '../..');
let folder = '';
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function planWith(check: string) {
  folder = mkdtempSync(join(tmpdir(), 'chaos-plan-'));
  const text = readFileSync(join(root, 'experiments/basic-function.yaml'), 'utf8');
  const environment = join(root, 'environments/dual-mirror.yaml');
  const own = text
    .replace('environment: dual-mirror', `environment: ${environment}`)
    .replace('checks:\n', `checks:\n  - ${check}\n`);
  writeFileSync(join(folder, 'own.yaml'), own);
  return buildPlan(loadExperiment('own.yaml', { env: {}, cwd: folder }), driverOffer('process'));
}

test('a check has the probes read that it judges, each once', () => {
  const plan = planWith(
    '{ kind: ack-floor-monotonic, consumers: [qa1a/qa/consumer-qa1a, qa1b/qa/consumer-qa1b] }',
  );
  const floors = plan.probes.filter(({ kind }) => kind === 'ack-floor').map(({ target }) => target);
  expect(floors).toEqual(['qa1a/qa/consumer-qa1a', 'qa1b/qa/consumer-qa1b']);
});

test('a check that judges the history alone has none read; what was sent is known for it', () => {
  const plan = planWith('{ kind: intact }');
  expect(plan.probes.map(({ kind }) => kind)).not.toContain('ack-floor');
  const facts = workloadFacts(plan);
  expect(facts['publish-qa1a']?.sends).toEqual({ subject: 'events.qa.qa1a.orders', size: 256 });
  expect(facts['consume-qa1a']?.sends).toBeUndefined();
});
