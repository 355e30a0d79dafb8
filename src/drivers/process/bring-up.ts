import { join } from 'node:path';
import type { Connection } from '../../nats/connect.ts';
import type { DriverContext } from '../driver.ts';
import { hasTls, type EnvironmentSpec } from '../spec.ts';
import type { AssertionFiles } from './assertion-files.ts';
import { certificatePaths, certifiedNode } from './certificates.ts';
import { ConfigFile } from './config-file.ts';
import { makeMemoryGroup } from './memory-limits.ts';
import { makeFilesystems, storeFolder } from '../storage/own-filesystems.ts';
import { demandPacketLoss } from '../links/packet-loss.ts';
import { logFile } from '../servers/log-file.ts';
import { holdPorts } from '../servers/ports.ts';
import { observe } from '../servers/reach.ts';
import { ofNode, type RunningProcesses } from './running.ts';
import { serverConfig } from '../servers/server-config.ts';
import { ServerProcess } from './server-process.ts';
import { startProcesses } from './start-processes.ts';
import { noProxy } from '../links/proxies.ts';
import { ReplicaCounts } from '../services/counts.ts';
import { placeReplicas } from '../services/place.ts';
import { dialsOf, HOST, layLinks, LISTENS_ON, placeNodes, type PlacedNode } from '../servers/topology.ts';
import { RunCertificates } from '../tls/run-certificates.ts';
import { ToxiproxyServer } from './toxiproxy.ts';

export interface BringUpInput {
  spec: EnvironmentSpec;
  /** The folder of everything that is removed in the end; it exists already. */
  folder: string;
  /** Without Toxiproxy when every link is direct. */
  binaries: { nats: string; toxiproxy?: string };
  /** Where servers record their assertions, if they have any compiled in: an upgrade may bring such a server later. */
  assertions: AssertionFiles;
  /** Distinguishes the run's servers from any other server that might answer on a port. */
  tag: string;
  ctx: DriverContext;
  readonly connect: (servers: string[], account: string, name: string) => Promise<Connection>;
}

/**
 * Starts the proxies and then the servers; when it returns they listen, but are not ready yet.
 *
 * @param announce gets what will have to be stopped, before anything is started
 * @throws ChaosError, ServerDown
 */
export async function bringUp(
  { spec, folder, binaries, assertions, tag, ctx, connect }: BringUpInput,
  announce: (running: RunningProcesses) => void,
): Promise<void> {
  const ports = holdPorts();
  try {
    const nodes = await placeNodes(spec, ports, ctx.freePorts);
    const replicas = await placeReplicas(spec.services ?? [], ports, ctx.freePorts, { host: HOST, folder });
    const links = layLinks(spec, nodes, replicas);
    const proxied = links.filter(({ direct }) => direct !== true);
    const apiPort = await ports.free();
    ctx.progress(`starting ${nodes.length} servers and ${proxied.length} proxies`);
    await ports.release();
    const log = (name: string): string => logFile(ctx.logFolder, name);
    const running: RunningProcesses = {
      folder,
      nodes,
      links,
      replicas,
      counts: new ReplicaCounts(spec.services),
      servers: new Map(),
      configs: new Map(),
      ...(binaries.toxiproxy === undefined
        ? {}
        : { toxiproxy: new ToxiproxyServer(binaries.toxiproxy, apiPort, folder, log('toxiproxy'), proxied) }),
      observer: observe(spec, nodes, connect),
      assertions,
    };
    announce(running);
    if (spec.packets === true) await demandPacketLoss();
    if (spec.stores === 'own-filesystem') await makeFilesystems(folder, nodes, ctx);
    if (hasTls(spec)) {
      const certificates = new RunCertificates(ctx.runId, folder, spec);
      await certificates.make(nodes.map((node) => certifiedNode(running, node)));
      await certificates.write();
      running.certificates = certificates;
    }
    await running.toxiproxy?.start(proxied, ctx.signal);
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
          { atStart: () => assertions.variables(node.address) },
        ),
      );
    }
    const processOf = (node: string): ServerProcess => ofNode(running.servers, node);
    await startProcesses(nodes, processOf, running.toxiproxy?.process, ctx.signal);
  } finally {
    await ports.release();
  }
}

function writeConfig(
  { folder, nodes, links, toxiproxy }: RunningProcesses,
  spec: EnvironmentSpec,
  node: PlacedNode,
  log: string,
  tag: string,
): ConfigFile {
  const text = serverConfig({
    node,
    clusterSize: node.spec.nodes.length,
    spec,
    dials: dialsOf(
      node.address,
      links,
      (link) => `${HOST}:${toxiproxy?.port(link.id) ?? noProxy(link.id)}`,
      (end, { kind, upstreamPort }) =>
        `${HOST}:${kind === 'service' ? upstreamPort : nodes.find(({ address }) => address === end)?.ports[LISTENS_ON[kind]]}`,
    ),
    bind: HOST,
    storeFolder: storeFolder(folder, node.address),
    logFile: log,
    tag,
    certificate: certificatePaths(folder, node),
  });
  return new ConfigFile(join(folder, `${node.cluster}.${node.name}.conf`), text);
}
