import { ConfigChanges } from '../../servers/config-changes.ts';
import { serverConfig } from '../../servers/server-config.ts';
import { dialsOf, listenersAt, LISTENS_ON } from '../../servers/topology.ts';
import type { EnvironmentSpec, Listener } from '../../spec.ts';
import type { RunCertificates } from '../../tls/run-certificates.ts';
import {
  CERTIFICATE_PATHS,
  certificateFiles,
  CONFIG_PATH,
  configFile,
  STORE_PATH,
  VOLUME_PATH,
  type RunningNode,
} from './docker-node.ts';
import { resourcesOf, type EngineResources } from './engine-resources.ts';
import { labelsOf } from '../engine/labels.ts';
import { INSIDE, nodeAt, type DockerNode, type Layout } from './layout.ts';
import type { EngineKey } from '../engine/engines.ts';
import type { ContainerPlan, ServerContainer } from '../engine/server-container.ts';
import type { RunEngine } from '../engine/run-engines.ts';

interface Input {
  runId: string;
  spec: EnvironmentSpec;
  layout: Layout;
  resourcesByEngine: ReadonlyMap<EngineKey, EngineResources>;
  freePorts: boolean;
  /** Only with TLS. */
  certificates: RunCertificates | undefined;
  /** Tells our servers from any other that might answer on a port. */
  tag: string;
  /** The volume of a node's store, or a folder of this machine. */
  readonly storeOf: (node: DockerNode) => string;
  readonly containerOf: (plan: ContainerPlan, runEngine: RunEngine, name: string) => ServerContainer;
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
  const { layout, spec, certificates } = input;
  const { runEngine, addresses, toxiproxy, ports } = resourcesOf(input.resourcesByEngine, node.engine);
  const client = await publicPort(ports, input.freePorts, node, 'client');
  const monitor = await publicPort(ports, input.freePorts, node, 'monitor');
  const listeners: Partial<Record<Listener, number>> = {};
  for (const listener of node.spec.listeners ?? [])
    listeners[listener] = await publicPort(ports, input.freePorts, node, listener);
  const placed = {
    ...node,
    client: `${runEngine.address}:${client}`,
    monitor: `http://${runEngine.address}:${monitor}`,
    listeners: listenersAt(runEngine.address, listeners),
    ports: INSIDE,
  };
  const config = new ConfigChanges(
    serverConfig({
      node: placed,
      clusterSize: node.spec.nodes.length,
      spec,
      dials: dialsOf(
        node.address,
        layout.links,
        (link) => `${addresses.ip(toxiproxy?.hosts ?? [], link.network)}:${link.proxyPort}`,
        (end, { kind, network }) =>
          `${addresses.ip(nodeAt(layout, end).hosts, network)}:${kind === 'service' ? 0 : INSIDE[LISTENS_ON[kind]]}`,
      ),
      bind: '0.0.0.0',
      storeFolder: STORE_PATH,
      logFile: null,
      tag: input.tag,
      certificate: CERTIFICATE_PATHS,
    }),
  );
  const plan: ContainerPlan = {
    name: node.container,
    labels: labelsOf(input.runId, 'server', node.address),
    command: ['-c', CONFIG_PATH],
    files: () => [
      ...configFile(config),
      ...(certificates === undefined ? [] : certificateFiles(certificates.filesOf(node.address))),
    ],
    published: {
      [`${INSIDE.client}/tcp`]: { host: runEngine.address, port: client },
      [`${INSIDE.monitor}/tcp`]: { host: runEngine.address, port: monitor },
      ...Object.fromEntries(
        Object.entries(listeners).map(([listener, port]) => [
          `${INSIDE[listener as Listener]}/tcp`,
          { host: runEngine.address, port },
        ]),
      ),
    },
    networks: addresses.places(node.hosts),
    volumes: { [input.storeOf(node)]: VOLUME_PATH },
  };
  return { ...node, placed, config, writtenAt: 0, server: input.containerOf(plan, runEngine, node.name) };
}

function publicPort(
  ports: EngineResources['ports'],
  freePorts: boolean,
  { address, name, spec }: DockerNode,
  kind: 'client' | 'monitor' | Listener,
): Promise<number> {
  const first = spec.ports[kind];
  if (first === undefined) return ports.free();
  return ports.declared(first + spec.nodes.indexOf(name), `${kind} of ${address}`, freePorts);
}
