import { ConfigChanges } from '../shared/config-changes.ts';
import { serverConfig } from '../shared/server-config.ts';
import type { EnvironmentSpec } from '../spec.ts';
import { CONFIG_PATH, configFile, STORE_PATH, VOLUME_PATH, type RunningNode } from './docker-node.ts';
import { groundOf, type Ground } from './grounds.ts';
import { labelsOf } from './labels.ts';
import { INSIDE, type DockerNode, type Layout } from './layout.ts';
import type { EngineKey } from './engines.ts';
import type { ContainerPlan, ServerContainer } from './server-container.ts';
import type { Site } from './sites.ts';

interface Input {
  runId: string;
  spec: EnvironmentSpec;
  layout: Layout;
  grounds: ReadonlyMap<EngineKey, Ground>;
  freePorts: boolean;
  /** Tells our servers from any other that might answer on a port. */
  tag: string;
  /** The volume of a node's store, or a folder of this machine. */
  readonly storeOf: (node: DockerNode) => string;
  readonly containerOf: (plan: ContainerPlan, site: Site, name: string) => ServerContainer;
}

/**
 * The containers of the nodes, by their nodes' addresses; not made on the engine yet.
 *
 * @throws ChaosError `unavailable` when a declared port is taken
 */
export async function planNodes(input: Input): Promise<Map<string, RunningNode>> {
  const nodes = new Map<string, RunningNode>();
  for (const node of input.layout.nodes) nodes.set(node.address, await planNode(input, node));
  return nodes;
}

async function planNode(input: Input, node: DockerNode): Promise<RunningNode> {
  const { layout, spec } = input;
  const { site, addresses, toxiproxy, ports } = groundOf(input.grounds, node.engine);
  const client = await publicPort(ports, input.freePorts, node, 'client');
  const monitor = await publicPort(ports, input.freePorts, node, 'monitor');
  const placed = {
    ...node,
    client: `${site.address}:${client}`,
    monitor: `http://${site.address}:${monitor}`,
    ports: INSIDE,
  };
  const config = new ConfigChanges(
    serverConfig({
      node: placed,
      clusterSize: node.spec.nodes.length,
      spec,
      dials: layout.links
        .filter((link) => link.from === node.address)
        .map((link) => ({
          link,
          proxy: `${addresses.ip(toxiproxy.hosts, link.network)}:${link.proxyPort}`,
        })),
      bind: '0.0.0.0',
      storeFolder: STORE_PATH,
      logFile: null,
      tag: input.tag,
    }),
  );
  const plan: ContainerPlan = {
    name: node.container,
    labels: labelsOf(input.runId, 'server', node.address),
    command: ['-c', CONFIG_PATH],
    files: () => configFile(config),
    published: {
      [`${INSIDE.client}/tcp`]: { host: site.address, port: client },
      [`${INSIDE.monitor}/tcp`]: { host: site.address, port: monitor },
    },
    networks: addresses.places(node.hosts),
    volumes: { [input.storeOf(node)]: VOLUME_PATH },
  };
  return { ...node, placed, config, writtenAt: 0, server: input.containerOf(plan, site, node.name) };
}

function publicPort(
  ports: Ground['ports'],
  freePorts: boolean,
  { address, name, spec }: DockerNode,
  kind: 'client' | 'monitor',
): Promise<number> {
  const first = spec.ports[kind];
  if (first === undefined) return ports.free();
  return ports.declared(first + spec.nodes.indexOf(name), `${kind} of ${address}`, freePorts);
}
