import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Connection } from '../../nats/connect.ts';
import type { Observer } from '../../nats/observer.ts';
import { ChaosError } from '../../support/errors.ts';
import type { DriverContext } from '../driver.ts';
import { allDone } from '../shared/all-done.ts';
import { makeFilesystems, storeFolder } from '../shared/own-filesystems.ts';
import { demandPacketLoss } from '../shared/packet-loss.ts';
import { holdPorts } from '../shared/ports.ts';
import type { LinkProxies } from '../shared/proxies.ts';
import { observe } from '../shared/reach.ts';
import type { Door } from '../shared/round-trip.ts';
import type { EnvironmentSpec } from '../spec.ts';
import { allProxies, doorOf } from './all-proxies.ts';
import { infoOf, type RunningNode } from './docker-node.ts';
import type { Engine } from './engine.ts';
import { makeGrounds } from './grounds.ts';
import { layOut, type DockerLink, type Layout } from './layout.ts';
import { planNodes } from './node-containers.ts';
import { ServerContainer } from './server-container.ts';
import type { Site } from './sites.ts';
import { startTogether } from './start-together.ts';
import { planToxiproxies, startToxiproxy, type ToxiproxyContainer } from './toxiproxy-container.ts';

/** What exists once the containers run. */
export interface Running {
  layout: Layout;
  nodes: Map<string, RunningNode>;
  links: DockerLink[];
  /** Those of the nodes, and every Toxiproxy's. */
  containers: ServerContainer[];
  toxiproxies: ToxiproxyContainer[];
  proxies: LinkProxies;
  /** Where connections of our own reach a link's proxy. */
  readonly doorOf: (link: string) => Door;
  observer: Observer;
  /** Whether the containers are on the machine of the runner, and of its kernel. */
  isOnThisMachine: boolean;
}

export interface BringUpInput {
  sites: readonly Site[];
  spec: EnvironmentSpec;
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
  { sites, spec, tag, ctx, publishedOnly, folder, connect }: BringUpInput,
  announce: (running: Running) => void,
): Promise<void> {
  const { runId, freePorts, signal } = ctx;
  const layout = layOut(spec, runId);
  const { links } = layout;
  ctx.progress(sizeText(layout, sites));
  const ports = holdPorts();
  try {
    const grounds = await makeGrounds({ layout, sites, runId, ports, publishedOnly });
    const isOnThisMachine = [...grounds.values()].every(({ isNear }) => isNear);
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
    const nodes = await planNodes({
      runId,
      layout,
      grounds,
      spec,
      freePorts,
      tag,
      storeOf: ({ address, container }) => (ownStores ? storeFolder(folder, address) : container),
      containerOf: (plan, { engine, images }, name) =>
        new ServerContainer(engine.docker, plan, images.nats.name, logFile(ctx.logFolder, name)),
    });
    const toxiproxies = await planToxiproxies({
      runId,
      layout,
      grounds,
      containerOf: (plan, { engine, images }) =>
        new ServerContainer(
          engine.docker,
          plan,
          images.toxiproxy.name,
          logFile(ctx.logFolder, proxyLog(sites, engine)),
        ),
    });
    const observer = observe(spec, [...nodes.values()].map(infoOf), connect);
    const servers = [...nodes.values()].map(({ server }) => server);
    const containers = [...toxiproxies.map(({ server }) => server), ...servers];
    announce({
      layout,
      nodes,
      links,
      containers,
      toxiproxies,
      proxies: allProxies(toxiproxies),
      doorOf: (link) => doorOf(toxiproxies, link),
      observer,
      isOnThisMachine,
    });
    await allDone(containers.map((one) => one.create()));
    await ports.release();
    ctx.progress(`starting ${servers.length} servers and ${links.length} proxies`);
    await allDone(toxiproxies.map((one) => startToxiproxy(one, signal)));
    await startTogether(
      [...nodes.values()],
      toxiproxies.map(({ server }) => server),
      signal,
    );
  } finally {
    await ports.release();
  }
}

function sizeText({ networks, nodes, toxiproxies }: Layout, sites: readonly Site[]): string {
  const where = sites.length === 1 ? '' : ` on ${sites.length} engines`;
  return `making ${networks.length} networks and ${nodes.length + toxiproxies.length} containers${where}`;
}

function proxyLog(sites: readonly Site[], engine: Engine): string {
  const place = sites.findIndex((site) => site.engine === engine);
  return place <= 0 ? 'toxiproxy' : `toxiproxy-${place + 1}`;
}

/** What is done to containers past their engine is done by this machine and its kernel. */
function demandThisMachine(isOnThisMachine: boolean, what: string, faults: string): void {
  if (isOnThisMachine) return;
  throw new ChaosError(
    'unavailable',
    `${what} only on an engine of this machine, and this one is elsewhere`,
    { hint: `leave ${faults} out, or run where the engine is` },
  );
}

function logFile(folder: string, name: string): string {
  mkdirSync(folder, { recursive: true });
  return join(folder, `${name}.log`);
}
