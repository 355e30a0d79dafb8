import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { connectEngine, type Engine } from '../../src/drivers/docker/engine/engine.ts';
import { findCompose } from '../../src/drivers/docker/attached/compose/find-compose.ts';
import { findImage } from '../../src/drivers/docker/engine/find-image.ts';
import { ofProject } from '../../src/drivers/docker/engine/labels.ts';
import { load } from 'js-yaml';
import { connect } from '../../src/nats/connect.ts';
import { addConsumer, addStream } from '../../src/nats/assets/provision.ts';
import { run } from '../../src/support/exec.ts';
import { until } from '../../src/support/deadline.ts';

/** A compose project that a user has brought up, with streams that the user has made. */
export interface UserProject {
  project: string;
  engine: Engine;
  /** An environment file's fields that attach to it. */
  file(attach: Record<string, unknown>): Record<string, unknown>;
  /** Everything of its containers that a run might change, by their services. */
  inspect(): Promise<Record<string, ContainerState>>;
  /** Names of services whose containers are paused, down, or away from a network. */
  disturbed(): Promise<string[]>;
  takeDown(): Promise<void>;
}

export interface ContainerState {
  id: string;
  name: string;
  state: string;
  startedAt: string;
  networks: Record<string, { address: string; aliases: string[]; pinned: string | null; mac: string }>;
}

const FILE = resolve('environments/compose/dual-mirror/compose.yaml');
const NETWORKS_EACH = 2;

export async function startUserProject(): Promise<UserProject> {
  const engine = await connectEngine();
  const { docker } = engine;
  const project = `user-${process.pid}`;
  const image = await serverImage(engine);
  const { command } = await findCompose();
  const [program = '', ...before] = command;
  const compose = async (...args: string[]): Promise<void> => {
    const { exitCode, stderr } = await run(program, [...before, '-f', FILE, '-p', project, ...args], {
      env: { ...process.env, NATS_IMAGE: image },
    });
    if (exitCode !== 0) throw new Error(`compose ${args.join(' ')}: ${stderr}`);
  };
  const inspect = async (): Promise<Record<string, ContainerState>> => {
    const listed = await docker.listContainers({ all: true, filters: ofProject(project) });
    const looks = await Promise.all(
      listed.map(async ({ Id: id, Labels: labels }) => {
        const seen = await docker.getContainer(id).inspect();
        const networks = Object.entries(seen.NetworkSettings.Networks).map(([name, one]) => [
          name,
          {
            address: one.IPAddress,
            aliases: [...new Set((one.Aliases as string[] | null) ?? [])].sort(),
            // Nothing, and an object with nothing in it, ask for no address alike.
            pinned: (one.IPAMConfig as { IPv4Address?: string } | null)?.IPv4Address ?? null,
            mac: one.MacAddress,
          },
        ]);
        const look = {
          id,
          name: seen.Name.slice(1),
          state: seen.State.Status,
          startedAt: seen.State.StartedAt,
          networks: Object.fromEntries(networks) as ContainerState['networks'],
        };
        return [labels['com.docker.compose.service'] ?? id, look] as const;
      }),
    );
    return Object.fromEntries(looks.sort(([a], [b]) => a.localeCompare(b)));
  };
  const takeDown = (): Promise<void> => compose('down', '--volumes', '--timeout', '2');
  try {
    await compose('up', '-d');
    await makeStreams();
  } catch (error) {
    await takeDown();
    throw error;
  }
  return {
    project,
    engine,
    inspect,
    file: (attach) => attaching(attach),
    disturbed: async () =>
      Object.entries(await inspect())
        .filter(([, one]) => one.state !== 'running' || Object.keys(one.networks).length !== NETWORKS_EACH)
        .map(([service]) => service),
    takeDown,
  };
}

/** The image of the server under test on an engine. */
export async function serverImage(engine: Engine): Promise<string> {
  const wanted = process.env.CHAOS_TEST_NATS ?? '2.12';
  const signal = new AbortController().signal;
  const request = { tool: 'nats-server', wanted, env: process.env } as const;
  return (await findImage(engine, request, { signal, progress: () => undefined })).name;
}

/** The environment of the compose file, said of a project that runs already. */
function attaching(attach: Record<string, unknown>): Record<string, unknown> {
  const shipped = load(readFileSync('environments/dual-mirror-compose.yaml', 'utf8')) as Record<
    string,
    unknown
  >;
  const { nats, compose, clusters, ...rest } = shipped;
  if (nats === undefined || compose === undefined) throw new Error('the shipped environment has changed');
  const stated = Object.entries(clusters as Record<string, { nodes: string[]; ports: unknown }>);
  return {
    ...rest,
    name: 'found',
    attach,
    clusters: Object.fromEntries(stated.map(([name, { nodes, ports }]) => [name, { nodes, ports }])),
  };
}

async function makeStreams(): Promise<void> {
  const zones = [
    { zone: 'qa1a', port: 16222, other: 'qa1b' },
    { zone: 'qa1b', port: 16232, other: 'qa1a' },
  ];
  const options = { timeoutMs: 60_000, signal: new AbortController().signal };
  for (const step of ['streams', 'mirrors'] as const) {
    for (const { zone, port, other } of zones) {
      const connection = await until(
        () => connect({ servers: [`127.0.0.1:${port}`], name: 'test', user: 'app', pass: 'app' }),
        { timeoutMs: 30_000, what: `${zone} to let clients in` },
      );
      const stream = { num_replicas: 3, name: 'qa', subjects: [`events.qa.${zone}.>`] };
      const mirror = {
        num_replicas: 3,
        name: `qa_mirror_${other}`,
        mirror: { name: 'qa', external: { api: `$JS.${other}.API`, deliver: '' } },
      };
      const made = step === 'streams' ? stream : mirror;
      await addStream(connection, made, options);
      const name = step === 'streams' ? `consumer-${zone}` : `consumer-${zone}-mirror`;
      const config = { ack_policy: 'explicit', deliver_policy: 'all', ack_wait: 30e9 };
      await addConsumer(connection, { stream: made.name, name, config }, options);
      await connection.close();
    }
  }
}
