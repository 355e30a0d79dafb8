import { mkdirSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type Connection } from '../../nats/connect.ts';
import { createObserver, type Observer } from '../../nats/observer.ts';
import { ChaosError } from '../../support/errors.ts';
import type { UndoRecord } from '../../support/undo-record.ts';
import { resolveBinary, type ResolvedBinary } from '../binaries/index.ts';
import type {
  Configuration,
  Driver,
  DriverContext,
  LinkControl,
  LinkInfo,
  NodeInfo,
  Processes,
  Versions,
} from '../driver.ts';
import type { EnvironmentSpec } from '../spec.ts';
import { ConfigFile } from './config-file.ts';
import { CrashLoops } from './crash-loop.ts';
import { findBypasses } from './guard.ts';
import { missingParts } from './missing.ts';
import { resolveOther } from './other-version.ts';
import { holdPorts } from './ports.ts';
import { becomeReady, ServerDown } from './ready.ts';
import { processesNaming, reap } from './reap.ts';
import { replayRecord } from './replay.ts';
import { roundTrip } from './round-trip.ts';
import { serverConfig } from './server-config.ts';
import { ServerProcess } from './server-process.ts';
import { layLinks, placeNodes, type ProcessLink, type ProcessNode } from './topology.ts';
import { StoreDisk } from './store-disk.ts';
import { startInOrder } from './start-order.ts';
import { ToxiproxyServer } from './toxiproxy.ts';

/** A start is tried again when another process took a port between our choosing it and our servers' using it. */
const START_ATTEMPTS = 3;

/** What exists once the servers run. */
interface Running {
  folder: string;
  nodes: ProcessNode[];
  links: ProcessLink[];
  servers: Map<string, ServerProcess>;
  configs: Map<string, ConfigFile>;
  toxiproxy: ToxiproxyServer;
  observer: Observer;
}

/** Plain nats-server processes on loopback, every link through a proxy of one Toxiproxy: no Docker, no root. */
export class ProcessDriver implements Driver {
  readonly kind = 'process';
  readonly #ctx: DriverContext;
  readonly #crashLoops = new CrashLoops();
  #spec: EnvironmentSpec | undefined;
  #running: Running | undefined;
  #binaries: { nats: ResolvedBinary; toxiproxy: ResolvedBinary } | undefined;
  #folder: string | undefined;
  #kept = false;

  constructor(ctx: DriverContext) {
    this.#ctx = ctx;
  }

  versions(): Record<string, string> {
    if (!this.#binaries) return {};
    const { nats, toxiproxy } = this.#binaries;
    return { 'nats-server': nats.version, toxiproxy: toxiproxy.version };
  }

  async start(spec: EnvironmentSpec): Promise<void> {
    refuseGateways(spec);
    this.#spec = spec;
    const { signal, progress } = this.#ctx;
    // One after the other: a build of one must not go on when the other is not to be had.
    const toxiproxy = await resolveBinary({ tool: 'toxiproxy-server' }, { signal, progress });
    const nats = await resolveBinary({ tool: 'nats-server', wanted: spec.nats }, { signal, progress });
    this.#binaries = { nats, toxiproxy };
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#bringUp(spec, nats.path, toxiproxy.path);
        return;
      } catch (error) {
        if (!(error instanceof ServerDown) || attempt === START_ATTEMPTS) throw error;
        progress(`${error.message}; starting again`);
        await this.dispose();
      }
    }
  }

  nodes(): NodeInfo[] {
    return this.#up().nodes.map(({ address, cluster, name, client, monitor }) => ({
      address,
      cluster,
      name,
      client,
      monitor,
    }));
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

  readonly processes: Processes = {
    state: (node) => Promise.resolve(this.#server(node).state()),
    stop: (node) => this.#server(node).stop(),
    kill: (node) => this.#server(node).kill(),
    pause: (node) => this.#server(node).pause(),
    resume: (node) => this.#server(node).resume(),
    start: (node) => {
      this.#server(node).start();
      return Promise.resolve();
    },
    lameDuck: (node) => {
      this.#server(node).lameDuck();
      return Promise.resolve();
    },
    incarnation: (node) => Promise.resolve(this.#server(node).pid?.toString() ?? null),
    crashLoop: (node, everyMs) => this.#crashLoops.start(node, this.#server(node), everyMs),
    settle: async (node) => {
      await this.#crashLoops.stop(node);
      this.#server(node).start();
    },
  };

  readonly linkControl: LinkControl = {
    cut: (links) => this.#onProxies(links, (proxies, link) => proxies.cut(link)),
    heal: (links) => this.#onProxies(links, (proxies, link) => proxies.heal(link)),
    delay: (links, latencyMs, jitterMs) =>
      this.#onProxies(links, (proxies, link) => proxies.delay(link, latencyMs, jitterMs)),
    undelay: (links) => this.#onProxies(links, (proxies, link) => proxies.undelay(link)),
    roundTrip: (link) => {
      const { links, toxiproxy } = this.#up();
      const isClient = links.find((l) => l.id === link)?.kind === 'client';
      return roundTrip(toxiproxy.port(link), isClient ? this.#connectLine() : undefined);
    },
  };

  readonly disk: StoreDisk = new StoreDisk({
    storeOf: (node) => storeFolder(this.#up().folder, node),
    asideFolder: () => join(this.#up().folder, 'aside'),
    stateOf: (node) => this.#server(node).state(),
    accountsOf: (stream) => ({
      account: this.#spec?.streams.find((s) => s.address === stream)?.account ?? '',
      systemAccount: this.#spec?.accounts.find((account) => account.system)?.name ?? '$SYS',
    }),
  });

  readonly versionControl: Versions = {
    obtain: async (wanted) => (await resolveOther(wanted, this.#ctx)).version,
    restartOn: async (node, wanted) => {
      const server = this.#server(node);
      const { path } = await resolveOther(wanted, this.#ctx);
      await server.stop();
      server.become(path);
      server.start();
    },
  };

  readonly configuration: Configuration = {
    change: (node, over) => this.#reload(node, (file) => file.change(over)),
    restore: (node, over) => this.#reload(node, (file) => file.restore(over)),
    read: (node, over) => {
      const file = this.#config(node);
      return Promise.resolve({ holds: file.holds(over), writtenAt: file.writtenAt });
    },
  };

  async replay(record: UndoRecord): Promise<void> {
    const { processes, linkControl: links, disk, configuration } = this;
    await replayRecord(record, { processes, links, disk, configuration });
  }

  async bypasses(): Promise<string[]> {
    const { nodes, observer } = this.#up();
    return findBypasses(nodes, (node) => this.#server(node), observer);
  }

  async missing(): Promise<string[]> {
    const up = this.#up();
    return missingParts({ ...up, processOf: (node) => this.#server(node) });
  }

  keep(): { urls: string[]; pids: number[]; folder: string } {
    const { nodes, folder } = this.#up();
    this.#kept = true;
    return { urls: nodes.map((node) => `nats://${node.client}`), pids: processesNaming(folder), folder };
  }

  async dispose(): Promise<string[]> {
    await this.#crashLoops.stopAll();
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
      left.push(...processesNaming(this.#folder).map((pid) => `process ${pid} did not end`));
    }
    await running?.observer.close();
    this.#folder = undefined;
    return left;
  }

  async #bringUp(spec: EnvironmentSpec, natsBinary: string, toxiproxyBinary: string): Promise<void> {
    const { progress, signal } = this.#ctx;
    // The run's id is unique, so the folder's name is known, and journalled, before there is anything to undo.
    const folder = join(realpathSync(tmpdir()), `nats-chaos-${this.#ctx.runId}`);
    this.#folder = folder;
    this.#ctx.journal({ driver: this.kind, op: 'environment.reap', args: { folder } });
    mkdirSync(folder, { mode: 0o700 });
    const ports = holdPorts();
    try {
      const nodes = await placeNodes(spec, ports, this.#ctx.freePorts);
      const links = layLinks(spec, nodes);
      const apiPort = await ports.free();
      progress(`starting ${nodes.length} servers and ${links.length} proxies`);
      await ports.release();
      const toxiproxy = new ToxiproxyServer(
        toxiproxyBinary,
        apiPort,
        folder,
        this.#logFile('toxiproxy'),
        links,
      );
      const servers = new Map<string, ServerProcess>();
      const configs = new Map<string, ConfigFile>();
      const observer = this.#createObserver(spec, nodes);
      this.#running = { folder, nodes, links, servers, configs, toxiproxy, observer };
      await toxiproxy.start(links, signal);
      for (const node of nodes) {
        const config = this.#writeConfig(spec, node);
        configs.set(node.address, config);
        const args = ['-c', config.path];
        servers.set(node.address, new ServerProcess(natsBinary, args, this.#logFile(node.name)));
      }
      await startInOrder(spec, nodes, (node) => this.#server(node), signal);
      await becomeReady({
        spec,
        nodes,
        processOf: (node) => this.#server(node),
        observer,
        connect: (server, account) => this.connect([server], account, 'nats-chaos/provision'),
        missing: () => this.missing(),
        tag: this.#tag(),
        signal,
        progress,
      });
    } finally {
      await ports.release();
    }
  }

  /** A connection as the first user of an account. */
  async connect(servers: string[], account: string, name: string): Promise<Connection> {
    const user = this.#spec?.accounts.find((a) => a.name === account)?.users[0];
    return connect({ servers, name, ...(user ? { user: user.name, pass: user.password } : {}) });
  }

  #createObserver(spec: EnvironmentSpec, nodes: ProcessNode[]): Observer {
    return createObserver({
      nodes,
      accountOf: (stream) => spec.streams.find((s) => s.address === stream)?.account ?? '',
      connect: (server, account) => this.connect([server], account, 'nats-chaos/observer'),
    });
  }

  #writeConfig(spec: EnvironmentSpec, node: ProcessNode): ConfigFile {
    const { folder, links, toxiproxy } = this.#up();
    const path = join(folder, `${node.cluster}.${node.name}.conf`);
    const text = serverConfig({
      node,
      clusterSize: node.spec.nodes.length,
      spec,
      dials: links
        .filter((link) => link.from === node.address)
        .map((link) => ({ link, proxyPort: toxiproxy.port(link.id) })),
      storeFolder: storeFolder(folder, node.address),
      logFile: this.#logFile(node.name),
      tag: this.#tag(),
    });
    return new ConfigFile(path, text);
  }

  #logFile(name: string): string {
    mkdirSync(this.#ctx.logFolder, { recursive: true });
    return join(this.#ctx.logFolder, `${name}.log`);
  }

  #tag(): string {
    return `nats-chaos-${this.#ctx.runId}`;
  }

  #connectLine(): string {
    const user = this.#spec?.accounts.find((account) => !account.system)?.users[0];
    const credentials = user ? { user: user.name, pass: user.password } : {};
    return `CONNECT ${JSON.stringify({ verbose: false, lang: 'nats-chaos', version: '0', protocol: 1, ...credentials })}`;
  }

  #up(): Running {
    if (!this.#running) throw new ChaosError('failed', 'the environment is not running');
    return this.#running;
  }

  #server(node: string): ServerProcess {
    const server = this.#up().servers.get(node);
    if (!server) throw new ChaosError('failed', `there is no node ${node}`);
    return server;
  }

  #config(node: string): ConfigFile {
    const file = this.#up().configs.get(node);
    if (!file) throw new ChaosError('failed', `there is no node ${node}`);
    return file;
  }

  #reload(node: string, edit: (file: ConfigFile) => void): Promise<void> {
    edit(this.#config(node));
    this.#server(node).reload();
    return Promise.resolve();
  }

  async #onProxies(
    links: readonly string[],
    call: (proxies: ToxiproxyServer, link: string) => Promise<void>,
  ): Promise<void> {
    const { toxiproxy } = this.#up();
    await Promise.all(links.map((link) => call(toxiproxy, link)));
  }
}

function storeFolder(folder: string, node: string): string {
  return join(folder, node.replace('/', '.'));
}

function refuseGateways(spec: EnvironmentSpec): void {
  if (!spec.links.some((link) => link.kind === 'gateway')) return;
  throw new ChaosError('unavailable', 'the process driver cannot join clusters by gateways yet', {
    hint: 'join them by a link of kind leafnode',
  });
}
