import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Connection } from '../../nats/connect.ts';
import { createObserver } from '../../nats/observer.ts';
import { throwIfAborted } from '../../support/deadline.ts';
import type { DriverContext } from '../driver.ts';
import type { EnvironmentSpec } from '../spec.ts';
import { ConfigFile } from './config-file.ts';
import { filesystemBytes, makeFilesystem } from './own-filesystems.ts';
import { holdPorts } from './ports.ts';
import { ofNode, type Running } from './running.ts';
import { serverConfig } from './server-config.ts';
import { ServerProcess } from './server-process.ts';
import { startInOrder } from './start-order.ts';
import { layLinks, placeNodes, type ProcessNode } from './topology.ts';
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
      observer: createObserver({
        nodes,
        accountOf: (stream) => spec.streams.find((s) => s.address === stream)?.account ?? '',
        connect: (server, account) => connect([server], account, 'nats-chaos/observer'),
      }),
    };
    announce(running);
    if (spec.stores === 'own-filesystem') await makeFilesystems(running, ctx);
    await running.toxiproxy.start(links, ctx.signal);
    for (const node of nodes) {
      const config = writeConfig(running, spec, node, log(node.name), tag);
      running.configs.set(node.address, config);
      running.servers.set(
        node.address,
        new ServerProcess(binaries.nats, ['-c', config.path], log(node.name)),
      );
    }
    await startInOrder(spec, nodes, (node) => ofNode(running.servers, node), ctx.signal);
  } finally {
    await ports.release();
  }
}

/** The file that holds the filesystem of a node's store, where that has one of its own. */
export function imageFile(folder: string, node: string): string {
  return join(folder, 'disks', `${node.replace('/', '.')}.ext4`);
}

/** Where a node keeps its store. */
export function storeFolder(folder: string, node: string): string {
  return join(folder, node.replace('/', '.'));
}

/** One after the other: two at once may be given the same loop device. */
async function makeFilesystems({ folder, nodes }: Running, ctx: DriverContext): Promise<void> {
  ctx.progress(`making ${nodes.length} filesystems, one for each store`);
  for (const { address, spec } of nodes) {
    throwIfAborted(ctx.signal);
    await makeFilesystem(imageFile(folder, address), storeFolder(folder, address), filesystemBytes(spec));
  }
}

function writeConfig(
  { folder, links, toxiproxy }: Running,
  spec: EnvironmentSpec,
  node: ProcessNode,
  log: string,
  tag: string,
): ConfigFile {
  const text = serverConfig({
    node,
    clusterSize: node.spec.nodes.length,
    spec,
    dials: links
      .filter((link) => link.from === node.address)
      .map((link) => ({ link, proxyPort: toxiproxy.port(link.id) })),
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
