import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Connection } from '../../nats/connect.ts';
import type { DriverContext } from '../driver.ts';
import type { EnvironmentSpec } from '../spec.ts';
import { ConfigFile } from './config-file.ts';
import { makeMemoryGroup } from './memory-limits.ts';
import { makeFilesystems, storeFolder } from '../shared/own-filesystems.ts';
import { demandPacketLoss } from '../shared/packet-loss.ts';
import { holdPorts } from '../shared/ports.ts';
import { observe } from '../shared/reach.ts';
import { ofNode, type Running } from './running.ts';
import { serverConfig } from '../shared/server-config.ts';
import { ServerProcess } from './server-process.ts';
import { startTogether } from './start-together.ts';
import { HOST, layLinks, placeNodes, type PlacedNode } from '../shared/topology.ts';
import { ToxiproxyServer } from './toxiproxy.ts';

export interface BringUpInput {
  spec: EnvironmentSpec;
  /** Where everything goes that is removed in the end; it is there already. */
  folder: string;
  binaries: { nats: string; toxiproxy: string };
  /** Tells our servers from any other that might answer on a port. */
  tag: string;
  ctx: DriverContext;
  readonly connect: (servers: string[], account: string, name: string) => Promise<Connection>;
}

/**
 * Starts the proxies and then the servers; they listen when it returns, and are not ready yet.
 *
 * @param announce told what is there to be stopped, before anything is started
 * @throws ChaosError, ServerDown
 */
export async function bringUp(
  { spec, folder, binaries, tag, ctx, connect }: BringUpInput,
  announce: (running: Running) => void,
): Promise<void> {
  const ports = holdPorts();
  try {
    const nodes = await placeNodes(spec, ports, ctx.freePorts);
    const links = layLinks(spec, nodes);
    const apiPort = await ports.free();
    ctx.progress(`starting ${nodes.length} servers and ${links.length} proxies`);
    await ports.release();
    const log = (name: string): string => logFile(ctx.logFolder, name);
    const running: Running = {
      folder,
      nodes,
      links,
      servers: new Map(),
      configs: new Map(),
      toxiproxy: new ToxiproxyServer(binaries.toxiproxy, apiPort, folder, log('toxiproxy'), links),
      observer: observe(spec, nodes, connect),
    };
    announce(running);
    if (spec.packets === true) await demandPacketLoss();
    if (spec.stores === 'own-filesystem') await makeFilesystems(folder, nodes, ctx);
    await running.toxiproxy.start(links, ctx.signal);
    for (const node of nodes) {
      const config = writeConfig(running, spec, node, log(node.name), tag);
      running.configs.set(node.address, config);
      running.servers.set(
        node.address,
        new ServerProcess(
          binaries.nats,
          ['-c', config.path],
          log(node.name),
          spec.limits?.includes('memory') === true ? makeMemoryGroup(folder, node.address) : undefined,
        ),
      );
    }
    const processOf = (node: string): ServerProcess => ofNode(running.servers, node);
    await startTogether(nodes, processOf, running.toxiproxy.process, ctx.signal);
  } finally {
    await ports.release();
  }
}

function writeConfig(
  { folder, links, toxiproxy }: Running,
  spec: EnvironmentSpec,
  node: PlacedNode,
  log: string,
  tag: string,
): ConfigFile {
  const text = serverConfig({
    node,
    clusterSize: node.spec.nodes.length,
    spec,
    dials: links
      .filter((link) => link.from === node.address)
      .map((link) => ({ link, proxy: `${HOST}:${toxiproxy.port(link.id)}` })),
    bind: HOST,
    storeFolder: storeFolder(folder, node.address),
    logFile: log,
    tag,
  });
  return new ConfigFile(join(folder, `${node.cluster}.${node.name}.conf`), text);
}

function logFile(folder: string, name: string): string {
  mkdirSync(folder, { recursive: true });
  return join(folder, `${name}.log`);
}
