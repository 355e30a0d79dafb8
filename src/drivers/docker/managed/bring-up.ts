import type { Connection } from '../../../nats/connect.ts';
import type { Observer } from '../../../nats/monitor/observer.ts';
import { ChaosError } from '../../../support/errors.ts';
import type { DriverContext } from '../../driver.ts';
import { allDone } from '../../../support/all-done.ts';
import { makeFilesystems, storeFolder } from '../../storage/own-filesystems.ts';
import { demandPacketLoss } from '../../links/packet-loss.ts';
import { logFile } from '../../servers/log-file.ts';
import { holdPorts } from '../../servers/ports.ts';
import type { LinkProxies } from '../../links/proxies.ts';
import { observe } from '../../servers/reach.ts';
import type { EntryPoint } from '../../links/round-trip.ts';
import { ReplicaCounts } from '../../services/counts.ts';
import { hasTls, type EnvironmentSpec } from '../../spec.ts';
import { RunCertificates } from '../../tls/run-certificates.ts';
import { openingOf } from '../../tls/server-tls.ts';
import { allProxies, entryPointOf } from './all-proxies.ts';
import { certifiedNode } from './certificates.ts';
import { infoOf, type RunningNode } from './docker-node.ts';
import type { Engine } from '../engine/engine.ts';
import { makeEngineResources, resourcesOf, type EngineResources } from './engine-resources.ts';
import type { EngineKey } from '../engine/engines.ts';
import { INSIDE, layOut, type DockerLink, type Layout } from './layout.ts';
import { planNodes } from './node-containers.ts';
import { planReplicaContainers, type RunningReplica } from './service-containers.ts';
import { ServerContainer } from '../engine/server-container.ts';
import type { RunEngine } from '../engine/run-engines.ts';
import { startContainers } from './start-containers.ts';
import { planToxiproxies, startToxiproxy, type ToxiproxyContainer } from './toxiproxy-container.ts';

/** Everything that exists once the containers run. */
export interface RunningContainers {
  layout: Layout;
  nodes: Map<string, RunningNode>;
  links: DockerLink[];
  /** Of the services, by their addresses: all that may run. */
  replicas: Map<string, RunningReplica>;
  /** How many of them are to run. */
  counts: ReplicaCounts;
  /** The containers of the nodes, of the services and of every Toxiproxy. */
  containers: ServerContainer[];
  toxiproxies: ToxiproxyContainer[];
  proxies: LinkProxies;
  /** Where connections of our own reach a link's proxy. */
  readonly entryPointOf: (link: string) => EntryPoint;
  /** Where clients connect for a client link, direct or through its proxy. */
  readonly clientEntryPointOf: (link: DockerLink) => EntryPoint;
  observer: Observer;
  /** Whether the containers are on the machine of the runner, and of its kernel. */
  isOnThisMachine: boolean;
  /** Only with TLS. */
  certificates?: RunCertificates;
}

export interface BringUpInput {
  runEngines: readonly RunEngine[];
  spec: EnvironmentSpec;
  /** Distinguishes the run's servers from any other server that might answer on a port. */
  tag: string;
  ctx: DriverContext;
  /** Reach the proxies at published ports even where their own addresses can be reached. */
  publishedOnly: boolean;
  /** On this machine, for everything of the run besides containers. */
  folder: string;
  readonly connect: (servers: string[], account: string, name: string) => Promise<Connection>;
}

/**
 * Makes the networks and containers and starts them, the proxies first; when it returns the servers listen, but are not
 * ready yet.
 *
 * @param announce gets what will have to be stopped, before anything is started
 * @throws ChaosError, ServerDown, PortTaken
 */
export async function bringUp(
  { runEngines, spec, tag, ctx, publishedOnly, folder, connect }: BringUpInput,
  announce: (running: RunningContainers) => void,
): Promise<void> {
  const { runId, freePorts, signal } = ctx;
  const layout = layOut(spec, runId);
  const { links } = layout;
  const proxied = links.filter(({ direct }) => direct !== true);
  ctx.progress(sizeText(layout, runEngines));
  const ports = holdPorts();
  try {
    const resourcesByEngine = await makeEngineResources({ layout, runEngines, runId, ports, publishedOnly });
    const isOnThisMachine = [...resourcesByEngine.values()].every(({ isNear }) => isNear);
    const ownStores = spec.stores === 'own-filesystem';
    if (spec.packets === true) {
      demandThisMachine(isOnThisMachine, 'packets are dropped', 'packet-loss');
      await demandPacketLoss();
    }
    if (ownStores) {
      const faults = 'power-failure, fill-disk and slow-disk';
      demandThisMachine(isOnThisMachine, 'stores get filesystems of their own', faults);
      await makeFilesystems(folder, layout.nodes, ctx);
    }
    const certificates = hasTls(spec) ? new RunCertificates(runId, folder, spec) : undefined;
    const nodes = await planNodes({
      runId,
      certificates,
      layout,
      resourcesByEngine,
      spec,
      freePorts,
      tag,
      storeOf: ({ address, container }) => (ownStores ? storeFolder(folder, address) : container),
      containerOf: (plan, { engine, images }, name) =>
        new ServerContainer(engine.docker, plan, images.nats.name, logFile(ctx.logFolder, name)),
    });
    const counts = new ReplicaCounts(spec.services);
    const replicas = await planReplicaContainers({
      runId,
      counts,
      layout,
      resourcesByEngine,
      freePorts,
      containerOf: (plan, { engine }, image, name) =>
        new ServerContainer(engine.docker, plan, image, logFile(ctx.logFolder, name)),
    });
    const toxiproxies = await planToxiproxies({
      runId,
      layout,
      resourcesByEngine,
      containerOf: (plan, { engine, images }) =>
        new ServerContainer(
          engine.docker,
          plan,
          images.toxiproxy?.name ?? '',
          logFile(ctx.logFolder, proxyLog(runEngines, engine)),
        ),
    });
    await certificates?.make([...nodes.values()].map((node) => certifiedNode(node, toxiproxies)));
    const observer = observe(spec, [...nodes.values()].map(infoOf), connect);
    const servers = [...nodes.values()].map(({ server }) => server);
    const ofServices = [...replicas.values()].map(({ server }) => server);
    const containers = [...toxiproxies.map(({ server }) => server), ...servers, ...ofServices];
    announce({
      layout,
      nodes,
      links,
      replicas,
      counts,
      containers,
      toxiproxies,
      proxies: allProxies(toxiproxies),
      entryPointOf: (link) => entryPointOf(toxiproxies, link),
      clientEntryPointOf: (link) =>
        link.direct === true
          ? directEntryPoint(nodes, resourcesByEngine, link.to)
          : entryPointOf(toxiproxies, link.id),
      observer,
      isOnThisMachine,
      ...(certificates && { certificates }),
    });
    await allDone(containers.map((one) => one.create()));
    await ports.release();
    ctx.progress(`starting ${servers.length} servers and ${proxied.length} proxies`);
    await allDone(toxiproxies.map((one) => startToxiproxy(one, signal)));
    await startContainers(
      [...nodes.values()],
      toxiproxies.map(({ server }) => server),
      ({ address }) => openingOf(spec, { kind: 'client', to: address }),
      signal,
    );
  } finally {
    await ports.release();
  }
}

function sizeText(
  { networks, nodes, replicas, toxiproxies }: Layout,
  runEngines: readonly RunEngine[],
): string {
  const where = runEngines.length === 1 ? '' : ` on ${runEngines.length} engines`;
  return `making ${networks.length} networks and ${nodes.length + replicas.length + toxiproxies.length} containers${where}`;
}

/** Where clients reach a node without a proxy: at its own address where that can be reached, else at its published port. */
function directEntryPoint(
  nodes: ReadonlyMap<string, RunningNode>,
  resourcesByEngine: ReadonlyMap<EngineKey, EngineResources>,
  address: string,
): EntryPoint {
  const node = nodes.get(address);
  if (!node) throw new ChaosError('failed', `there is no node ${address}`);
  const { addresses, access, isNear } = resourcesOf(resourcesByEngine, node.engine);
  if (isNear) return { host: addresses.ip(node.hosts, access), port: INSIDE.client };
  const [host = '', port = ''] = node.placed.client.split(':');
  return { host, port: Number(port) };
}

function proxyLog(runEngines: readonly RunEngine[], engine: Engine): string {
  const place = runEngines.findIndex((runEngine) => runEngine.engine === engine);
  return place <= 0 ? 'toxiproxy' : `toxiproxy-${place + 1}`;
}

/** Some faults do not go through the engine: this machine and its kernel inject them. */
function demandThisMachine(isOnThisMachine: boolean, what: string, faults: string): void {
  if (isOnThisMachine) return;
  throw new ChaosError(
    'unavailable',
    `${what} only on an engine of this machine, and this one is elsewhere`,
    { hint: `leave ${faults} out, or run where the engine is` },
  );
}
