import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { smallEnvironment, smallExperiment, Workbench } from './harness.ts';

let bench: Workbench;
beforeEach(() => {
  bench = new Workbench();
});
afterEach(async () => {
  expect(await bench.leftovers()).toEqual([]);
  bench.remove();
});

describe('inconclusive', () => {
  it.each([
    {
      // What the runner closes is opened again: servers tell one another where they really listen.
      config: { leafnodes: { advertise: null }, cluster: { advertise: null, no_advertise: null } },
      domains: true,
      link: { kind: 'leafnode', from: 'b', to: 'a', account: 'APP' },
    },
    {
      config: { gateway: { advertise: null, authorization: null } },
      domains: false,
      link: { kind: 'gateway', between: ['a', 'b'] },
    },
  ])('a partition of a $link.kind link whose proxies are bypassed by gossip', async (opened) => {
    const zone = (name: string) => ({
      nodes: [1, 2, 3].map((n) => `${name}${n}`),
      ...(opened.domains ? { jetstream: { domain: name } } : {}),
      config: opened.config,
    });
    const environment = await smallEnvironment({
      clusters: { a: zone('a'), b: zone('b') },
      links: [opened.link],
      streams: { 'a/s': { subjects: ['s.>'], replicas: 3 } },
      consumers: { 'a/s/worker': { ackWait: '30s' } },
    });
    bench.environment(environment.file);
    const experiment = smallExperiment({
      workloads: {
        publisher: { kind: 'publish', stream: 'a/s', subject: 's.x', rate: '50/s' },
        worker: { kind: 'consume', consumer: 'a/s/worker' },
      },
      steadyState: [{ kind: 'server-healthy', servers: 'a', equals: 3, within: '20s' }],
      method: [{ phase: 'partition', faults: [{ kind: 'partition', between: ['a', 'b'] }], for: '6s' }],
    });
    const { code, report, timeline } = await bench.run(bench.experiment(experiment)).ends();
    expect(code, timeline).toBe(2);
    expect(report.verdict).toBe('inconclusive');
    expect(report.reasons.map((reason) => reason.text).join('\n')).toMatch(/round the proxy/);
  });
});
