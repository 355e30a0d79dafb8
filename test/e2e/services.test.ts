import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../src/support/deadline.ts';
import { processStart } from '../../src/support/process-start.ts';
import { smallEnvironment, Workbench, type ProgramRun } from './harness.ts';

let bench: Workbench;
beforeEach(async () => {
  bench = new Workbench();
  const health = { kind: 'http', path: '/health' };
  const api = {
    command: ['node', resolve('environments/services/api.mjs')],
    replicas: 2,
    ports: { http: 'free' },
    env: { PORT: '${port.http}', NATS_URLS: '${link.c}', NATS_USER: 'app', NATS_PASSWORD: 'app' },
    links: [{ to: 'c' }],
    health,
  };
  bench.environment((await smallEnvironment({ services: { api } })).file);
});
afterEach(async () => {
  expect(await bench.leftovers()).toEqual([]);
  bench.remove();
});

function run(faults: Record<string, unknown>[], seconds: number): ProgramRun {
  return bench.run(
    bench.experiment({
      name: 'ask',
      title: 'The API answers',
      environment: 'small',
      workloads: { ask: { kind: 'request', cluster: 'c', subject: 'orders.check', rate: '20/s' } },
      steadyState: [{ kind: 'service-healthy', service: 'api', min: 1, within: '20s' }],
      method: [{ phase: 'asking', faults, for: `${seconds}s` }],
      checks: [{ kind: 'answered', requested: ['ask'] }],
    }),
  );
}

/** The process of a replica. */
function processOf(name: string): number {
  const [file = 'none'] = readdirSync(bench.temp, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith(`/services/${name}.session`),
  );
  return Number.parseInt(readFileSync(join(bench.temp, file), 'utf8'), 10);
}

describe('a service', () => {
  it('that ends by itself fails the run, and its output is kept', async () => {
    const program = run([], 3);
    await program.sees(/asking: begins/);
    process.kill(processOf('api-1'), 'SIGKILL');
    const { code, report, folder, timeline } = await program.ends();
    expect(report.reasons[0]?.text, timeline).toMatch(
      /^server-crash on api\/1: the service was ended by SIGKILL/,
    );
    expect(report).toMatchObject({ verdict: 'fail', unclean: [], gone: true });
    expect(report.topology.services).toMatchObject([
      { name: 'api', replicas: [{ address: 'api/1' }, { address: 'api/2' }] },
    ]);
    const log = report.logs.find((name) => name.endsWith('api-1.log')) ?? 'no log of api-1';
    expect(readFileSync(join(folder, log), 'utf8')).toMatch(/^listening on /);
    expect(code).toBe(1);
  });

  it('is removed by the guardian when the runner is killed while a fault is in force', async () => {
    const program = run([{ kind: 'pause', nodes: 'api@all' }], 60);
    await program.sees(/in force/);
    const process1 = processOf('api-1');
    expect(process1).toBeGreaterThan(0);
    program.child.kill('SIGKILL');
    expect(await bench.leftovers()).toEqual([]);
    // Who has inherited it may take a moment to collect its exit code.
    const hasEnded = (): Promise<boolean> => Promise.resolve(processStart(process1) === null);
    await until(hasEnded, { timeoutMs: 10_000, what: `end of process ${process1}` });
  });
});
