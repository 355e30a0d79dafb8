import type { EnvironmentSpec } from '../../src/drivers/spec.ts';
import { ProcessDriver } from '../../src/drivers/process/process-driver.ts';
import type { Connection } from '../../src/nats/connect.ts';
import type { NodeInfo } from '../../src/drivers/driver.ts';
import { until } from '../../src/support/deadline.ts';
import { bringUp } from '../conformance/bring-up.ts';

/** A cluster of three that runs before anybody attaches to it, with a stream, its mirror and a consumer. */
export interface AttachedCluster {
  nodes: NodeInfo[];
  /** An environment file's fields that attach to it. */
  file(attach: Record<string, unknown>): Record<string, unknown>;
  /** Fills the stream, and waits for its mirror. */
  publish(count: number): Promise<void>;
  /** Addresses of the nodes whose process is frozen or down. */
  disturbed(): Promise<string[]>;
  pause(node: string): Promise<void>;
  resume(node: string): Promise<void>;
  /** What tells one start of each server from another. */
  serverIds(): Promise<string[]>;
  connect(): Promise<Connection>;
  takeDown(): Promise<void>;
}

const USER = { name: 'app', password: 'app' };

export async function startAttachedCluster(): Promise<AttachedCluster> {
  const running = await bringUp({ create: (ctx) => new ProcessDriver(ctx), spec });
  const { driver } = running;
  const nodes = driver.nodes();
  const processes = driver.processes!;
  const connect = () =>
    driver.connect(
      nodes.map((node) => node.client),
      'APP',
      'test',
    );
  return {
    nodes,
    file: (attach) => ({
      name: 'found',
      title: 'A cluster that runs already',
      attach,
      accounts: {
        APP: { jetstream: true, users: { app: { password: 'app' } } },
        SYS: { system: true, users: { sys: { password: 'sys' } } },
      },
      clusters: {
        c: {
          nodes: nodes.map(({ name }) => name),
          servers: Object.fromEntries(nodes.map(({ name, client, monitor }) => [name, { client, monitor }])),
        },
      },
      streams: {
        'c/s': { subjects: ['s.>'], replicas: 3 },
        'c/copy': { mirror: 'c/s' },
      },
      consumers: { 'c/s/worker': { ackWait: '30s' } },
    }),
    async publish(count) {
      const connection = await connect();
      for (let i = 0; i < count; i += 1)
        await connection.request('s.test', `message ${i}`, { timeout: 5_000 });
      await connection.close();
      const observer = driver.observer();
      await until(async () => (await observer.streamInfo('c/copy')).messages >= count, {
        timeoutMs: 60_000,
        what: 'the mirror to have them too',
      });
    },
    async disturbed() {
      const states = await Promise.all(nodes.map(({ address }) => processes.state(address)));
      return nodes.filter((_, i) => states[i] !== 'running').map(({ address }) => address);
    },
    pause: (node) => processes.pause(node),
    resume: (node) => processes.resume(node),
    serverIds: () =>
      Promise.all(nodes.map(async ({ address }) => (await driver.observer().server(address)).id)),
    connect,
    takeDown: () => running.takeDown(),
  };
}

function spec(): EnvironmentSpec {
  const stream = {
    cluster: 'c',
    account: 'APP',
    storage: 'file',
    retention: 'limits',
    discard: 'old',
    sources: [],
  } as const;
  return {
    name: 'found',
    nats: process.env.CHAOS_TEST_NATS ?? '2.12',
    accounts: [
      { name: 'APP', system: false, jetstream: true, users: [USER] },
      { name: 'SYS', system: true, jetstream: false, users: [{ name: 'sys', password: 'sys' }] },
    ],
    clusters: [{ name: 'c', nodes: ['n1', 'n2', 'n3'], ports: {}, jetstream: {}, serverConfig: {} }],
    links: [],
    streams: [
      { ...stream, sources: [], address: 'c/s', name: 's', subjects: ['s.>'], replicas: 3 },
      {
        ...stream,
        sources: [],
        address: 'c/copy',
        name: 'copy',
        subjects: [],
        replicas: 1,
        mirror: { cluster: 'c', stream: 's' },
      },
    ],
    consumers: [
      {
        address: 'c/s/worker',
        cluster: 'c',
        stream: 's',
        name: 'worker',
        account: 'APP',
        ackWaitMs: 30_000,
      },
    ],
  };
}
