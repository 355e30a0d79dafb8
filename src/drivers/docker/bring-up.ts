import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Connection } from '../../nats/connect.ts';
import { createObserver, type Observer } from '../../nats/observer.ts';
import { ChaosError } from '../../support/errors.ts';
import type { DriverContext } from '../driver.ts';
import { makeFilesystems, storeFolder } from '../shared/own-filesystems.ts';
import { holdPorts } from '../shared/ports.ts';
import type { Proxies } from '../shared/proxies.ts';
import type { Door } from '../shared/round-trip.ts';
import type { EnvironmentSpec } from '../spec.ts';
import { Addresses } from './addresses.ts';
import { infoOf, type RunningNode } from './docker-node.ts';
import type { Engine } from './engine.ts';
import { layOut, type DockerLink, type Layout } from './layout.ts';
import { makeNetworks } from './networks.ts';
import { planNodes } from './node-containers.ts';
import { ServerContainer } from './server-container.ts';
import { allDone, startTogether } from './start-together.ts';
import { planToxiproxy, startToxiproxy } from './toxiproxy-container.ts';

/** What exists once the containers run. */
export interface Running {
  layout: Layout;
  nodes: Map<string, RunningNode>;
  links: DockerLink[];
  /** Those of the nodes, and Toxiproxy's. */
  containers: ServerContainer[];
  /** Addresses of Toxiproxy: a server that is connected to any other goes round it. */
  toxiproxyIps: string[];
  proxies: Proxies;
  /** Where connections of our own reach a link's proxy. */
  readonly doorOf: (link: string) => Door;
  observer: Observer;
  /** Whether the containers are on the machine of the runner, and of its kernel. */
  isOnThisMachine: boolean;
}

export interface BringUpInput {
  engine: Engine;
  spec: EnvironmentSpec;
  images: { nats: string; toxiproxy: string };
  /** Tells our servers from any other that might answer on a port. */
  tag: string;
  ctx: DriverContext;
  /** Reach the proxies at published ports even where their own addresses can be reached. */
  publishedOnly: boolean;
  /** On this machine, for what there is of the run besides containers. */
  folder: string;
  readonly connect: (servers: string[], account: string, name: string) => Promise<Connection>;
}

/**
 * Makes the networks and containers and starts them, the proxies first; the servers listen when it returns, and are
 * not ready yet.
 *
 * @param announce told what is there before anything is started
 * @throws ChaosError, ServerDown, PortTaken
 */
export async function bringUp(
  { engine, spec, images, tag, ctx, publishedOnly, folder, connect }: BringUpInput,
  announce: (running: Running) => void,
): Promise<void> {
  const { runId, freePorts, signal } = ctx;
  const layout = layOut(spec, runId);
  const { links } = layout;
  ctx.progress(`making ${layout.networks.length} networks and ${layout.nodes.length + 1} containers`);
  const addresses = new Addresses(await makeNetworks(engine.docker, layout.networks, runId));
  const access = layout.networks.find(({ role }) => role === 'access')?.name ?? '';
  const isOnThisMachine = !publishedOnly && addresses.isOnThisMachine(access);
  const ports = holdPorts();
  try {
    const ownStores = spec.stores === 'own-filesystem';
    if (ownStores) {
      demandThisMachine(isOnThisMachine);
      await makeFilesystems(folder, layout.nodes, ctx);
    }
    const shared = { runId, layout, addresses, ports };
    const nodes = await planNodes({
      ...shared,
      spec,
      freePorts,
      tag,
      storeOf: ({ address, container }) => (ownStores ? storeFolder(folder, address) : container),
      containerOf: (plan, { name }) =>
        new ServerContainer(engine.docker, plan, images.nats, logFile(ctx.logFolder, name)),
    });
    const toxiproxy = await planToxiproxy({
      ...shared,
      isNear: isOnThisMachine,
      containerOf: (plan) =>
        new ServerContainer(engine.docker, plan, images.toxiproxy, logFile(ctx.logFolder, 'toxiproxy')),
    });
    const { proxies, ips: toxiproxyIps, doorOf } = toxiproxy;
    const observer = createObserver({
      nodes: [...nodes.values()].map(infoOf),
      accountOf: (stream) => spec.streams.find((s) => s.address === stream)?.account ?? '',
      connect: (server, account) => connect([server], account, 'nats-chaos/observer'),
    });
    const servers = [...nodes.values()].map(({ server }) => server);
    const containers = [toxiproxy.server, ...servers];
    const control = { toxiproxyIps, proxies, doorOf };
    announce({ layout, nodes, links, containers, ...control, observer, isOnThisMachine });
    await allDone(containers.map((one) => one.create()));
    await ports.release();
    ctx.progress(`starting ${servers.length} servers and ${links.length} proxies`);
    await startToxiproxy(toxiproxy, links.length, signal);
    await startTogether([...nodes.values()], toxiproxy.server, signal);
  } finally {
    await ports.release();
  }
}

/** Their filesystems are made on this machine, and mounted into the containers. */
function demandThisMachine(isOnThisMachine: boolean): void {
  if (isOnThisMachine) return;
  throw new ChaosError(
    'unavailable',
    'stores get filesystems of their own only on an engine of this machine, and this one is elsewhere',
    { hint: 'leave power-failure, fill-disk and slow-disk out, or run where the engine is' },
  );
}

function logFile(folder: string, name: string): string {
  mkdirSync(folder, { recursive: true });
  return join(folder, `${name}.log`);
}
