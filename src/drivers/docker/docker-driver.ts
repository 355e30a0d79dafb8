import { realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from '../../nats/connect.ts';
import type { Observer } from '../../nats/observer.ts';
import { ChaosError } from '../../support/errors.ts';
import type { Json } from '../../support/json.ts';
import type { UndoRecord } from '../../support/undo-record.ts';
import type {
  Configuration,
  Driver,
  DriverContext,
  LinkInfo,
  NodeInfo,
  Pressure,
  Processes,
  Versions,
} from '../driver.ts';
import { CrashLoops } from '../shared/crash-loop.ts';
import { missingParts } from '../shared/missing.ts';
import { imageFile, OwnFilesystems, storeFolder } from '../shared/own-filesystems.ts';
import { PacketLoss } from '../shared/packet-loss.ts';
import { becomeReady, ServerDown } from '../shared/ready.ts';
import { connectAs, connectLine, deleteStreamIn } from '../shared/reach.ts';
import { leftOf, reap } from '../shared/reap.ts';
import { replayRecord } from '../shared/replay.ts';
import type { EnvironmentSpec } from '../spec.ts';
import { bringUp, type Running } from './bring-up.ts';
import { statusOf } from './calls.ts';
import { DockerDisk } from './docker-disk.ts';
import { DockerLimits } from './docker-limits.ts';
import { DockerLinks } from './docker-links.ts';
import { infoOf, STORE_PATH, type RunningNode } from './docker-node.ts';
import { packetsOf } from './docker-packets.ts';
import { versionsOf } from './engines.ts';
import { findBypasses } from './guard.ts';
import { namePrefix } from './labels.ts';
import { powerOverConfiguration, powerOverProcesses, powerOverVersions } from './node-powers.ts';
import { pressureBeside } from './pressure-beside.ts';
import { removedByOthers, removeFrom, silentEngines } from './removal.ts';
import { PortTaken } from './server-container.ts';
import { connectSites, type Site } from './sites.ts';

/** A start is tried again when another process took a port between our choosing it and the engine's using it. */
const START_ATTEMPTS = 3;

export interface DockerDriverOptions {
  /** Reach the proxies at published ports even where their own addresses can be reached. */
  publishedOnly?: boolean;
}

/** Servers in containers of one or more Docker engines, every link through a proxy of the engine's Toxiproxy. */
export class DockerDriver implements Driver {
  readonly kind = 'docker';
  readonly startsAlone = true;
  readonly #ctx: DriverContext;
  readonly #options: DockerDriverOptions;
  readonly #crashLoops = new CrashLoops();
  /** For copies of stores: what there is of a run on this machine. */
  readonly #folder: string;
  #spec: EnvironmentSpec | undefined;
  #sites: Site[] = [];
  #running: Running | undefined;
  /** Whether there may be anything on the engine. */
  #begun = false;
  #kept = false;

  constructor(ctx: DriverContext, options: DockerDriverOptions = {}) {
    this.#ctx = ctx;
    this.#options = options;
    this.#folder = join(realpathSync(tmpdir()), namePrefix(ctx.runId));
    this.versionControl = powerOverVersions(
      (node) => this.#node(node),
      () => new Map(this.#sites.map(({ key, engine }) => [key, engine])),
      ctx,
    );
  }

  versions(): Record<string, string> {
    const [first] = this.#sites;
    if (!first) return {};
    const { nats, toxiproxy } = first.images;
    return { 'nats-server': nats.version, toxiproxy: toxiproxy.version, docker: versionsOf(this.#sites) };
  }

  async start(spec: EnvironmentSpec): Promise<void> {
    this.#spec = spec;
    this.#sites = await connectSites(spec, this.#ctx);
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#bringUp(spec);
        return;
      } catch (error) {
        const isWorthIt = error instanceof PortTaken || error instanceof ServerDown;
        if (!isWorthIt || attempt === START_ATTEMPTS) throw error;
        this.#ctx.progress(`${error.message}; starting again`);
        await this.dispose();
      }
    }
  }

  nodes(): NodeInfo[] {
    return [...this.#up().nodes.values()].map(infoOf);
  }

  links(): LinkInfo[] {
    return this.#up().links.map(({ id, kind, from, to }) => ({ id, kind, from, to }));
  }

  clientServers(cluster: string): { node: string; server: string }[] {
    const { links, nodes, doorOf } = this.#up();
    return links.flatMap(({ id, kind, to }) => {
      if (kind !== 'client' || nodes.get(to)?.cluster !== cluster) return [];
      const { host, port } = doorOf(id);
      return [{ node: to, server: `${host}:${port}` }];
    });
  }

  observer(): Observer {
    return this.#up().observer;
  }

  readonly processes: Processes = powerOverProcesses((node) => this.#node(node), this.#crashLoops);

  readonly linkControl: DockerLinks = new DockerLinks({
    up: () => this.#up(),
    connectLine: () => connectLine(this.#spec),
    journal: (record) => this.#ctx.journal(record),
    heldBy: (link) => this.packets.owners(link),
    progress: (text) => this.#ctx.progress(text),
  });

  readonly packets: PacketLoss = new PacketLoss(
    packetsOf(
      () => this.#up(),
      () => this.#folder,
    ),
  );

  readonly disk: DockerDisk = new DockerDisk({
    serverOf: (node) => this.#node(node).server,
    storeOf: () => STORE_PATH,
    asideFolder: () => join(this.#folder, 'aside'),
    accountsOf: (stream) => ({
      account: this.#spec?.streams.find((s) => s.address === stream)?.account ?? '',
      systemAccount: this.#spec?.accounts.find((account) => account.system)?.name ?? '$SYS',
    }),
  });

  readonly filesystems: OwnFilesystems = new OwnFilesystems({
    pointOf: (node) => storeFolder(this.#folder, node),
    imageOf: (node) => imageFile(this.#folder, node),
  });

  readonly resources: DockerLimits = new DockerLimits((node) => this.#node(node).server);

  readonly pressure: Pressure = pressureBeside(
    () => this.#folder,
    () => this.#up().isOnThisMachine,
  );

  readonly versionControl: Versions;

  readonly configuration: Configuration = powerOverConfiguration((node) => this.#node(node));

  async replay(record: UndoRecord): Promise<void> {
    if (record.op === 'networks.connect') return this.#reconnect(record.args);
    await replayRecord(record, this, (...where) => deleteStreamIn(this, ...where));
  }

  async bypasses(): Promise<string[]> {
    const { nodes, toxiproxies, observer } = this.#up();
    const found = await Promise.all(
      toxiproxies.map(({ engine, ips }) => {
        const here = [...nodes.values()].filter((node) => node.engine === engine);
        return findBypasses(
          here.map(({ address }) => address),
          ips,
          observer,
        );
      }),
    );
    return found.flat();
  }

  async missing(): Promise<string[]> {
    const { nodes, links, observer, proxies, containers } = this.#up();
    try {
      const [parts, away, removed] = await Promise.all([
        missingParts({
          nodes: [...nodes.values()],
          links,
          observer,
          proxies,
          stateOf: (node) => this.processes.state(node),
        }),
        this.linkControl.missing(),
        removedByOthers(containers),
      ]);
      return [...removed, ...parts, ...away];
    } catch (error) {
      if (statusOf(error) !== 0 || error instanceof ChaosError) throw error;
      return silentEngines(this.#sites, error);
    }
  }

  keep(): { urls: string[]; pids: number[]; folder: string } {
    this.#kept = true;
    return { urls: this.nodes().map(({ client }) => `nats://${client}`), pids: [], folder: this.#folder };
  }

  async dispose(): Promise<string[]> {
    await Promise.all([this.#crashLoops.stopAll(), this.linkControl.stop()]);
    const running = this.#running;
    const containers = running?.containers ?? [];
    if (this.#kept) {
      // They go on printing, and this process would wait for that.
      await Promise.all(containers.map((one) => one.stopLogging(false)));
      await running?.observer.close();
      return [];
    }
    this.#running = undefined;
    const left = this.#begun ? await removeFrom(this.#sites, this.#ctx.runId) : [];
    this.#begun = left.length > 0;
    // What servers printed last is still on its way from the engine.
    await Promise.all(containers.map((one) => one.stopLogging(true)));
    await running?.observer.close();
    await reap(this.#folder);
    return [...left, ...leftOf(this.#folder)];
  }

  connect(servers: string[], account: string, name: string): Promise<Connection> {
    return connectAs(this.#spec, account, { servers, name });
  }

  async #bringUp(spec: EnvironmentSpec): Promise<void> {
    const { runId, signal, progress, journal } = this.#ctx;
    const sites = this.#sites;
    for (const { engine } of sites) {
      const { host, certPath } = engine.address;
      const args = { engine: { host, certPath }, runId, folder: this.#folder };
      journal({ driver: this.kind, op: 'environment.reap', args });
    }
    this.#begun = true;
    const tag = namePrefix(runId);
    const connect = this.connect.bind(this);
    const publishedOnly = this.#options.publishedOnly === true;
    await bringUp(
      { sites, spec, tag, ctx: this.#ctx, publishedOnly, folder: this.#folder, connect },
      (up) => (this.#running = up),
    );
    const { nodes, observer } = this.#up();
    await becomeReady({
      spec,
      nodes: [...nodes.values()].map(({ placed }) => placed),
      whyDown: (node) => this.#node(node).server.whyDown(),
      observer,
      connect: (server, account) => connect([server], account, 'nats-chaos/provision'),
      missing: () => this.missing(),
      tag,
      signal,
      progress,
    });
  }

  async #reconnect({ network, container }: Record<string, Json>): Promise<void> {
    const node = [...this.#up().nodes.values()].find(({ server }) => server.plan.name === container);
    if (!node || typeof network !== 'string')
      throw new ChaosError('failed', `there is no container ${JSON.stringify(container)} to connect`);
    await node.server.connect(network);
  }

  #up(): Running {
    if (!this.#running) throw new ChaosError('failed', 'the environment is not running');
    return this.#running;
  }

  #node(node: string): RunningNode {
    const found = this.#up().nodes.get(node);
    if (!found) throw new ChaosError('failed', `there is no node ${node}`);
    return found;
  }
}
