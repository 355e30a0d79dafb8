import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { load } from 'js-yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prometheus as probe } from '../../src/probes/outside/prometheus.ts';
import type { ProbeContext } from '../../src/probes/probe.ts';
import { Prometheus } from '../support/prometheus.ts';
import { Workbench, type EndedRun } from './harness.ts';

/** A real Prometheus, with the configuration that ships, scrapes the run of an experiment that ships. */
const bench = new Workbench();
let prometheus: Prometheus;
let ended: EndedRun;
/** Seconds since 1970, while the node was down. */
let whileDown = 0;

interface Item {
  kind: string;
  [field: string]: unknown;
}

beforeAll(async () => {
  prometheus = await Prometheus.start(resolve('monitoring/prometheus.yml'));
  const run = bench.run(bench.experiment(withQueries()), '--free-ports');
  ended = await run.ends();
  const phase = ended.report.phases.find(({ name }) => name === 'one-node-down')!;
  // The last second of the phase: everything was scraped by then.
  whileDown = (Date.parse(ended.report.startedAt) + (phase.endedAt ?? 0)) / 1000 - 1;
});
afterAll(async () => {
  await prometheus.stop();
  bench.remove();
});

/** The experiment that ships, with a mirror in its environment, and with what Prometheus says as conditions. */
function withQueries(): Record<string, unknown> {
  const { environment, ...file } = load(
    readFileSync('experiments/monitoring/stopped-node-disappears.yaml', 'utf8'),
  ) as { environment: string; steadyState: Item[]; method: { phase: string; expect?: Item[] }[] };
  const around = load(readFileSync(`environments/${environment}.yaml`, 'utf8')) as {
    name: string;
    streams: Record<string, unknown>;
  };
  around.streams['nats-cluster/copy'] = {
    account: 'PROD',
    mirror: { stream: 'nats-cluster/prod' },
    replicas: 3,
  };
  bench.environment({ ...around });
  const query = (text: string, condition: object): Item => ({
    kind: 'prometheus',
    url: prometheus.url,
    query: text,
    ...condition,
  });
  file.steadyState.push(query('nats_chaos_server_up', { equals: 1, within: '30s' }));
  const down = file.method.find(({ phase }) => phase === 'one-node-down')!;
  down.expect!.push(
    query('count(nats_chaos_server_up)', { equals: 3 }),
    query('sum(nats_chaos_server_up)', { equals: 2, within: '6s' }),
    query('nats_core_mem_bytes{server!="nats-node2"}', { min: 1 }),
    query('count(nats_core_mem_bytes)', { equals: 2, within: '6s' }),
  );
  return { ...file, environment };
}

describe('a run that Prometheus scrapes', () => {
  it('passes, by what it reads itself and by what Prometheus has scraped', () => {
    const { report, timeline, code } = ended;
    expect(report.reasons, timeline).toEqual([]);
    expect(code).toBe(0);
    const read = report.probes.filter(({ kind }) => kind === 'prometheus');
    expect(read).toHaveLength(5);
    for (const { id, samples } of read)
      expect(
        samples.some(({ value }) => value !== undefined),
        id,
      ).toBe(true);
    const each = read.find(({ target }) => target === 'nats_chaos_server_up')!;
    expect(
      Object.keys(each.samples.filter(({ values }) => values !== undefined).at(-1)?.values ?? {}),
    ).toHaveLength(3);
  });

  it('has one series for each server under every name, and none for the one that was down', async () => {
    for (const name of ['mem_bytes', 'conn_count', 'sub_count']
      .map((one) => `nats_core_${one}`)
      .concat('nats_jetstream_messages_total')) {
      const servers = (await prometheus.query(name, whileDown)).map(({ metric }) => metric['server']);
      expect(servers.sort(), name).toEqual(['nats-node1', 'nats-node3']);
    }
    const up = await prometheus.query('nats_chaos_server_up', whileDown);
    const byServer: Record<string, string> = Object.fromEntries(
      up.map(({ metric, value }) => [metric['server'] ?? '', value[1]]),
    );
    expect(byServer).toEqual({ 'nats-node1': '1', 'nats-node2': '0', 'nats-node3': '1' });
  });

  it('has the true lag of its mirror', async () => {
    const [lag] = await prometheus.query('nats_chaos_mirror_lag', whileDown);
    expect(lag?.metric).toMatchObject({ mirror: 'nats-cluster/copy', origin: 'nats-cluster/prod' });
    expect(Number(lag?.value[1])).toBeGreaterThanOrEqual(0);
  });
});

describe('the dashboards', () => {
  const folder = 'monitoring/grafana/dashboards';
  interface Board {
    panels: { title: string; targets: { expr: string }[] }[];
    templating: { list: { type: string; query: string }[] };
  }
  const read = (file: string): Board => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Board;
  const filled = (text: string): string => text.replaceAll(/\$(cluster|server)\b/g, '.*');

  it.each(readdirSync(folder))('%s asks what Prometheus understands, and what a run has', async (file) => {
    const { panels, templating } = read(file);
    const isOwn = !['surveyor.json', 'exporter.json'].includes(file);
    for (const { title, targets } of panels) {
      for (const { expr } of targets) {
        const samples = await prometheus.query(filled(expr), whileDown);
        if (isOwn) expect(samples.length, `${title}: ${expr}`).toBeGreaterThan(0);
      }
    }
    const variables = templating.list.filter(({ type }) => type === 'query');
    for (const { query } of variables) {
      const [, metric = '', label = ''] = /^label_values\((.+), (\w+)\)$/.exec(query) ?? [];
      const samples = await prometheus.query(filled(metric), whileDown);
      if (isOwn)
        expect(samples.every((sample) => label in sample.metric) && samples.length > 0, query).toBe(true);
    }
  });
});

describe('the probe prometheus', () => {
  const ctx = { signal: new AbortController().signal } as ProbeContext;
  const reading = (query: string, url = prometheus.url) =>
    probe.read(ctx, { kind: 'prometheus', url, query, timeout: 20_000 });

  it('reads a vector, each sample by its name, and a scalar', async () => {
    expect(await reading('vector(7)')).toEqual({ value: 7, values: { scalar: 7 } });
    expect(await reading('3 + 4')).toEqual({ value: 7, values: { scalar: 7 } });
    const { value, values = {} } = await reading(
      'label_replace(vector(1), "a", "x", "", "") or label_replace(vector(2), "a", "y", "", "")',
    );
    expect([value, values]).toEqual([1, { '{a="x"}': 1, '{a="y"}': 2 }]);
  });

  it.each([
    ['an empty result', 'nats_nothing_of_that_name', /the result is empty/],
    ['a number that is none', '0 / 0', /is NaN/],
    [
      'one of several samples that is none',
      'vector(0 / 0) or label_replace(vector(1), "a", "x", "", "")',
      /is NaN/,
    ],
    ['infinity', '1 / 0', /is \+Inf/],
    ['a range', 'nats_chaos_server_up[1m]', /the result is a matrix/],
    ['a query that is none', 'sum(', /parse error/],
  ])('has no reading of %s', async (_, query, why) => {
    await expect(reading(query)).rejects.toThrow(why);
  });

  it('has no reading where no Prometheus answers', async () => {
    await expect(reading('up', 'http://127.0.0.1:1')).rejects.toThrow(/127\.0\.0\.1:1/);
  });
});
