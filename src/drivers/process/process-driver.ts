import { mkdirSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from '../../nats/connect.ts';
import type { Observer } from '../../nats/observer.ts';
import { ChaosError } from '../../support/errors.ts';
import type { UndoRecord } from '../../support/undo-record.ts';
import { resolveBinary, type ResolvedBinary } from '../binaries/index.ts';
import type {
  Configuration,
  Driver,
  DriverContext,
  LinkInfo,
  NodeInfo,
  Processes,
  Resources,
  Versions,
} from '../driver.ts';
import type { EnvironmentSpec } from '../spec.ts';
import { bringUp } from './bring-up.ts';
import { CrashLoops } from '../shared/crash-loop.ts';
import { findBypasses } from './guard.ts';
import { missingParts } from '../shared/missing.ts';
import {
  powerOverConfiguration,
  powerOverProcesses,
  powerOverResources,
  powerOverVersions,
} from './node-powers.ts';
import { PacketLoss } from '../shared/packet-loss.ts';
import { PressureWorkers } from '../shared/pressure-workers.ts';
import { becomeReady, ServerDown } from '../shared/ready.ts';
import { imageFile, OwnFilesystems, storeFolder } from '../shared/own-filesystems.ts';
import { ProxyLinks } from '../shared/proxy-links.ts';
import { asNodes, connectAs, connectLine, deleteStreamIn } from '../shared/reach.ts';
import { leftOf, processesNaming, reap } from '../shared/reap.ts';
import { replayRecord } from '../shared/replay.ts';
import { runMark } from '../shared/run-rules.ts';
import { ofNode, type Running } from './running.ts';
import type { ServerProcess } from './server-process.ts';
import { HOST } from '../shared/topology.ts';
import { StoreDisk } from './store-disk.ts';

/** A start is tried again when another process took a port between our choosing it and our servers' using it. */
const START_ATTEMPTS = 3;

/** Plain nats-server processes on loopback, every link through a proxy of one Toxiproxy: no Docker, no root. */
export class ProcessDriver implements Driver {
  readonly kind = 'process';
  readonly startsAlone = true;
  readonly #ctx: DriverContext;
  readonly #crashLoops = new CrashLoops();
  #spec: EnvironmentSpec | undefined;
  #running: Running | undefined;
  #binaries: { nats: ResolvedBinary; toxiproxy: ResolvedBinary } | undefined;
  #folder: string | undefined;
  #kept = false;

  constructor(ctx: DriverContext) {
    this.#ctx = ctx;
    this.versionControl = powerOverVersions(() => this.#up(), ctx);
  }

  versions(): Record<string, string> {
    if (!this.#binaries) return {};
    const { nats, toxiproxy } = this.#binaries;
    return { 'nats-server': nats.version, toxiproxy: toxiproxy.version };
  }

  async start(spec: EnvironmentSpec): Promise<void> {
    this.#spec = spec;
    const { signal, progress } = this.#ctx;
    // One after the other: a build of one must not go on when the other is not to be had.
    const toxiproxy = await resolveBinary({ tool: 'toxiproxy-server' }, { signal, progress });
    const nats = await resolveBinary({ tool: 'nats-server', wanted: spec.nats }, { signal, progress });
    this.#binaries = { nats, toxiproxy };
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#bringUp(spec, { nats: nats.path, toxiproxy: toxiproxy.path });
        return;
      } catch (error) {
        if (!(error instanceof ServerDown) || attempt === START_ATTEMPTS) throw error;
        progress(`${error.message}; starting again`);
        await this.dispose();
      }
    }
  }

  nodes(): NodeInfo[] {
    return asNodes(this.#up().nodes);
  }

  links(): LinkInfo[] {
    return this.#up().links.map(({ id, kind, from, to }) => ({ id, kind, from, to }));
  }

  clientServers(cluster: string): { node: string; server: string }[] {
    const { links, nodes, toxiproxy } = this.#up();
    return nodes
      .filter((node) => node.cluster === cluster)
      .flatMap((node) =>
        links
          .filter((link) => link.kind === 'client' && link.to === node.address)
          .map((link) => ({ node: node.address, server: `127.0.0.1:${toxiproxy.port(link.id)}` })),
      );
  }

  observer(): Observer {
    return this.#up().observer;
  }

  readonly processes: Processes = powerOverProcesses(() => this.#up(), this.#crashLoops);

  readonly linkControl: ProxyLinks = new ProxyLinks(
    () => {
      const { links, toxiproxy } = this.#up();
      return {
        links,
        proxies: toxiproxy.proxies,
        doorOf: (link) => ({ host: HOST, port: toxiproxy.port(link) }),
        heldBy: (link) => this.packets.owners(link),
      };
    },
    () => connectLine(this.#spec),
  );

  readonly packets: PacketLoss = new PacketLoss({
    mark: () => runMark(this.#up().folder),
    gateOf: (link) => Promise.resolve({ namespace: 'own', port: this.#up().toxiproxy.port(link) }),
    namespaces: () => Promise.resolve(['own']),
    fileFor: (mark) => join(this.#up().folder, `${mark}rules`),
  });

  readonly disk: StoreDisk = new StoreDisk({
    storeOf: (node) => storeFolder(this.#up().folder, node),
    asideFolder: () => join(this.#up().folder, 'aside'),
    stateOf: (node) => this.#server(node).state(),
    accountsOf: (stream) => ({
      account: this.#spec?.streams.find((s) => s.address === stream)?.account ?? '',
      systemAccount: this.#spec?.accounts.find((account) => account.system)?.name ?? '$SYS',
    }),
  });

  readonly filesystems: OwnFilesystems = new OwnFilesystems({
    pointOf: (node) => storeFolder(this.#up().folder, node),
    imageOf: (node) => imageFile(this.#up().folder, node),
  });

  readonly resources: Resources = powerOverResources({
    folder: () => this.#up().folder,
    pidOf: (node) => this.#server(node).pid,
    inOwnGroups: () => this.#spec?.limits?.includes('memory') === true,
  });

  readonly pressure: PressureWorkers = new PressureWorkers(() => this.#up().folder);

  readonly versionControl: Versions;

  readonly configuration: Configuration = powerOverConfiguration(() => this.#up());

  async replay(record: UndoRecord): Promise<void> {
    await replayRecord(record, this, (...where) => deleteStreamIn(this, ...where));
  }

  async bypasses(): Promise<string[]> {
    const { nodes, observer } = this.#up();
    return findBypasses(nodes, (node) => this.#server(node), observer);
  }

  async missing(): Promise<string[]> {
    const up = this.#up();
    return missingParts({
      ...up,
      proxies: up.toxiproxy.proxies,
      stateOf: (node) => Promise.resolve(this.#server(node).state()),
    });
  }

  keep(): { urls: string[]; pids: number[]; folder: string } {
    const { nodes, folder } = this.#up();
    this.#kept = true;
    return { urls: nodes.map((node) => `nats://${node.client}`), pids: processesNaming(folder), folder };
  }

  async dispose(): Promise<string[]> {
    await Promise.all([this.#crashLoops.stopAll(), this.linkControl.stop()]);
    if (this.#kept) {
      await this.#running?.observer.close();
      return [];
    }
    const running = this.#running;
    this.#running = undefined;
    // Killing beats closing politely: a connection to a paused server would wait for its answer.
    const left: string[] = [];
    if (this.#folder !== undefined) {
      await reap(this.#folder);
      left.push(...leftOf(this.#folder));
    }
    await running?.observer.close();
    this.#folder = undefined;
    return left;
  }

  async #bringUp(spec: EnvironmentSpec, binaries: { nats: string; toxiproxy: string }): Promise<void> {
    const { progress, signal } = this.#ctx;
    // The run's id is unique, so the folder's name is known, and journalled, before there is anything to undo.
    const folder = join(realpathSync(tmpdir()), `nats-chaos-${this.#ctx.runId}`);
    this.#folder = folder;
    this.#ctx.journal({ driver: this.kind, op: 'environment.reap', args: { folder } });
    mkdirSync(folder, { mode: 0o700 });
    const connect = this.connect.bind(this);
    const tag = `nats-chaos-${this.#ctx.runId}`;
    await bringUp({ spec, folder, binaries, tag, ctx: this.#ctx, connect }, (up) => (this.#running = up));
    const { nodes, observer } = this.#up();
    await becomeReady({
      spec,
      nodes,
      whyDown: (node) => {
        const server = this.#server(node);
        return Promise.resolve(server.state() === 'down' ? server.exit : null);
      },
      observer,
      connect: (server, account) => connect([server], account, 'nats-chaos/provision'),
      missing: () => this.missing(),
      tag,
      signal,
      progress,
    });
  }

  connect(servers: string[], account: string, name: string): Promise<Connection> {
    return connectAs(this.#spec, account, { servers, name });
  }

  #up(): Running {
    if (!this.#running) throw new ChaosError('failed', 'the environment is not running');
    return this.#running;
  }

  #server(node: string): ServerProcess {
    return ofNode(this.#up().servers, node);
  }
}
