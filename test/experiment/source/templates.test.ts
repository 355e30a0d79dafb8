import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { examineExperiment, loadEnvironment } from '../../../src/experiment/load.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'chaos-templates-'));
  writeFileSync(
    join(folder, 'many.yaml'),
    `name: many
title: Many
nats: "2.12"
clusters: { east: { nodes: [e1] }, west: { nodes: [w1] } }
streams:
  "{east,west}/s-{1..2}": { subjects: ["s.{}.{2}.>"], metadata: { of: "{1}/{3}" } }
  east/copy: { mirror: east/s-2 }
  east/lists: { subjects: [one, "got.{1..3}", "{eu,us}.{1..2}.>", last] }
consumers:
  east/s-1/c-{1..600}: { filter: "s.east.1.{}" }
`,
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('stand for every combination, with what each place took in the settings', () => {
  const file = loadEnvironment('many.yaml', { env: {}, cwd: folder });
  const { value } = file;
  const streams = ['east/s-1', 'east/s-2', 'west/s-1', 'west/s-2', 'east/copy', 'east/lists'];
  expect(Object.keys(value.streams)).toEqual(streams);
  const subjects = ['one', 'got.1', 'got.2', 'got.3', 'eu.1.>', 'eu.2.>', 'us.1.>', 'us.2.>', 'last'];
  expect(value.streams['east/lists']?.subjects).toEqual(subjects);
  expect(value.streams['west/s-2']).toMatchObject({ subjects: ['s.west.2.>'], metadata: { of: 'west/{3}' } });
  expect(Object.keys(value.consumers)).toHaveLength(600);
  expect(value.consumers['east/s-1/c-600']).toMatchObject({ filter: 's.east.1.600' });
  expect(file.declares('/consumers/east~1s-1~1c-600/filter')).toBe(true);
  expect(file.declares('/consumers/east~1s-1~1c-600/ackWait')).toBe(false);
});

it('are named one by one in experiments', () => {
  const experiment = (consumer: string): string => `name: x
title: X
environment: many.yaml
workloads: { c: { kind: consume, consumer: ${consumer} } }
steadyState: [{ kind: stream-messages, stream: east/s-1, min: 1 }]
method: [{ phase: p, for: 1s }]
`;
  const problems = (consumer: string): string[] => {
    writeFileSync(join(folder, 'x.yaml'), experiment(consumer));
    return examineExperiment('x.yaml', { env: {}, cwd: folder }).problems.map(({ message }) => message);
  };
  expect(problems('east/s-1/c-600')).toEqual([]);
  expect(problems('east/s-1/c-601')).toEqual([
    expect.stringContaining('there is no consumer "east/s-1/c-601"'),
  ]);
});

it('are checked against the version that the command line names', () => {
  writeFileSync(
    join(folder, 'ttl.yaml'),
    'name: t\ntitle: T\nnats: "2.12"\nclusters: { z: { nodes: [n] } }\nstreams: { z/s: { subjects: [s], allowMessageTtl: true } }\n',
  );
  const load = (nats: string) => () =>
    loadEnvironment('ttl.yaml', { env: {}, cwd: folder, overrides: { nats } });
  expect(load('2.11.3')).not.toThrow();
  expect(load('2.10')).toThrow('allowMessageTtl needs nats-server 2.11 or later; the environment has 2.10');
});

it('stand for clusters with their nodes, for links, and for the origins of a stream', () => {
  writeFileSync(
    join(folder, 'leaves.yaml'),
    `name: leaves
title: Leaves
nats: "2.12"
clusters:
  hub: { nodes: [h], jetstream: { domain: hub } }
  "edge-{1..2}": { nodes: ["e{}-{1..2}"], jetstream: { domain: "edge-{}" } }
  bare: { nodes: [b], jetstream: false }
links: [{ kind: leafnode, from: "edge-{1..2}", to: hub }, { kind: leafnode, from: bare, to: hub }]
streams:
  "edge-{1..2}/orders": { subjects: ["orders.{}.>"] }
  hub/all: { sources: ["edge-{1..2}/orders"] }
`,
  );
  const { value } = loadEnvironment('leaves.yaml', { env: {}, cwd: folder });
  expect(Object.keys(value.clusters)).toEqual(['hub', 'edge-1', 'edge-2', 'bare']);
  expect(value.clusters['edge-2']).toMatchObject({
    nodes: ['e2-1', 'e2-2'],
    jetstream: { domain: 'edge-2' },
  });
  expect(value.clusters['bare']?.jetstream).toBe(false);
  expect(value.links).toEqual(
    ['edge-1', 'edge-2', 'bare'].map((from) => ({ kind: 'leafnode', from, to: 'hub' })),
  );
  expect(value.streams['hub/all']?.sources).toEqual(['edge-1/orders', 'edge-2/orders']);
});
