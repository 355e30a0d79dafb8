import { randomUUID } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Access, Connection } from '../../../nats/connect.ts';
import type { Observer } from '../../../nats/monitor/observer.ts';
import { ChaosError } from '../../../support/errors.ts';
import type { Json } from '../../../support/json.ts';
import type { UndoRecord } from '../../../support/undo-record.ts';
import type {
  Certificates,
  Configuration,
  Driver,
  DriverContext,
  HarnessProblem,
  LinkInfo,
  NodeInfo,
  Pressure,
  Processes,
  ServerExit,
  Services,
  Versions,
} from '../../driver.ts';
import { CrashLoops } from '../../servers/crash-loop.ts';
import { missingParts } from '../../servers/missing.ts';
import { imageFile, OwnFilesystems, storeFolder } from '../../storage/own-filesystems.ts';
import { PacketLoss } from '../../links/packet-loss.ts';
import { becomeReady, ServerDown } from '../../servers/ready.ts';
import {
  asLinks,
  accessToStarted,
  connectToStarted,
  clusterOfServers,
  connectLine,
  jetStreamUndo,
  linkedServers,
  runnerAccessToStarted,
} from '../../servers/reach.ts';
import { leftOf, reap } from '../../undo/reap.ts';
import { replayRecord } from '../../undo/replay.ts';
import { withGeneratedKeys } from '../../servers/generated-keys.ts';
import { withRunnerUsers } from '../../servers/runner-users.ts';
import { servicesOver } from '../../services/capability.ts';
import type { ReplicaOperations } from '../../services/operations.ts';
import { startServices } from '../../services/start.ts';
import type { EnvironmentSpec } from '../../spec.ts';
import { openingOf } from '../../tls/server-tls.ts';
import { bringUp, type RunningContainers } from './bring-up.ts';
import { withBuiltImages } from '../engine/built-image.ts';
import { statusOf } from '../engine/calls.ts';
import { DockerDisk } from '../engine/docker-disk.ts';
import { DockerLimits } from '../engine/docker-limits.ts';
import { DockerLinks } from './docker-links.ts';
import { infoOf, STORE_PATH, type RunningNode } from './docker-node.ts';
import { packetsOf } from './docker-packets.ts';
import type { Engine } from '../engine/engine.ts';
import { engineProblem } from '../engine/engine-problem.ts';
import { EngineWatch } from '../engine/engine-watch.ts';
import { versionsOf } from '../engine/engines.ts';
import { exitsOf } from '../engine/exits.ts';
import { findBypasses } from './bypasses.ts';
import { namePrefix } from '../engine/labels.ts';
import { configurationCapability, processCapability, versionCapability } from './node-capabilities.ts';
import { layOut } from './layout.ts';
import { localPressure } from './local-pressure.ts';
import { removedByOthers, removeFrom, silentEngines } from '../engine/removal.ts';
import { PortTaken, type ServerContainer } from '../engine/server-container.ts';
import { connectRunEngines, type RunEngine } from '../engine/run-engines.ts';
import { missingReplicas, replicaContainers, type RunningReplica } from './service-containers.ts';
import { proxiesProblem } from './toxiproxy-container.ts';
import { storeAccounts } from '../../storage/store-place.ts';

/** A start is tried again when another process takes a port after we choose it and before the engine uses it. */
const START_ATTEMPTS = 3;

export interface DockerDriverOptions {
  /** Reach the proxies at published ports even where their own addresses can be reached. */
  publishedOnly?: boolean;
}

/** Servers in containers of one or more Docker engines, each link direct or through a proxy of the engine's Toxiproxy. */
export class DockerDriver implements Driver {
  readonly kind = 'docker';
  readonly startsAlone = true;
  readonly #ctx: DriverContext;
  readonly #options: DockerDriverOptions;
  readonly #crashLoops = new CrashLoops();
  /** Everything of a run on this machine, such as copies of stores. */
  readonly #folder: string;
  readonly #replicas: ReplicaOperations<RunningReplica>;
  #spec: EnvironmentSpec | undefined;
  #runEngines: RunEngine[] = [];
  #running: RunningContainers | undefined;
  /** Whether there may be anything on the engine. */
  readonly #engineWatches: EngineWatch[] = [];
  #begun = false;
  #kept = false;

  constructor(ctx: DriverContext, options: DockerDriverOptions = {}) {
    this.#ctx = ctx;
    this.#options = options;
    this.#folder = join(realpathSync(tmpdir()), namePrefix(ctx.runId));
    this.#replicas = replicaContainers(
      () => this.#up(),
      () => this.#engineOfServices(),
      ctx,
    );
    this.services = servicesOver(this.#replicas);
    this.versionControl = versionCapability(
      (node) => this.#node(node),
      () => new Map(this.#runEngines.map(({ key, engine }) => [key, engine])),
      ctx,
    );
  }

  versions(): Record<string, string> {
    const [first] = this.#runEngines;
    if (!first) return {};
    const { nats, toxiproxy } = first.images;
    return {
      'nats-server': nats.version,
      ...(toxiproxy === undefined ? {} : { toxiproxy: toxiproxy.version }),
      docker: versionsOf(this.#runEngines),
    };
  }

  async start(declared: EnvironmentSpec): Promise<void> {
    const wanted = withGeneratedKeys(withRunnerUsers(declared, randomUUID()));
    const withToxiproxy = layOut(wanted, this.#ctx.runId).toxiproxies.length > 0;
    this.#runEngines = await connectRunEngines(wanted, withToxiproxy, this.#ctx);
    const spec = await withBuiltImages(wanted, this.#engineOfServices(), this.#ctx);
    this.#spec = spec;
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
    return asLinks(this.#up().links);
  }

  clientServers(cluster: string): { node: string; server: string }[] {
    const { links, clientEntryPointOf } = this.#up();
    return linkedServers(links, cluster, clientEntryPointOf);
  }

  observer(): Observer {
    return this.#up().observer;
  }

  readonly processes: Processes = processCapability((node) => this.#server(node), this.#crashLoops);

  readonly services: Services;

  readonly linkControl: DockerLinks = new DockerLinks({
    up: () => this.#up(),
    connectLine: (cluster) => connectLine(this.#spec, cluster),
    openingOf: (link) => openingOf(this.#spec, link),
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
    accountsOf: (stream) => storeAccounts(this.#spec, stream),
  });

  readonly filesystems: OwnFilesystems = new OwnFilesystems({
    pointOf: (node) => storeFolder(this.#folder, node),
    imageOf: (node) => imageFile(this.#folder, node),
  });

  readonly resources: DockerLimits = new DockerLimits((node) => this.#server(node));

  readonly pressure: Pressure = localPressure(
    () => this.#folder,
    () => this.#up().isOnThisMachine,
  );

  readonly versionControl: Versions;

  readonly configuration: Configuration = configurationCapability((node) => this.#node(node));

  get certificates(): Certificates | undefined {
    return this.#running?.certificates;
  }

  async replay(record: UndoRecord): Promise<void> {
    if (record.op === 'networks.connect') return this.#reconnect(record.args);
    await replayRecord(record, this, jetStreamUndo(this));
  }

  async bypasses(): Promise<string[]> {
    return findBypasses(this.#up());
  }

  async missing(except?: ReadonlySet<string>): Promise<string[]> {
    const { nodes, replicas, counts, links, observer, proxies, containers } = this.#up();
    const excepted = [...nodes.values(), ...replicas.values()].flatMap(({ address, server }) =>
      except?.has(address) === true ? [server] : [],
    );
    try {
      const [parts, ofServices, away, removed] = await Promise.all([
        missingParts({
          nodes: [...nodes.values()],
          links,
          observer,
          proxies,
          stateOf: (node) => this.processes.state(node),
          except,
        }),
        missingReplicas({ replicas, counts }, except),
        this.linkControl.missing(except),
        removedByOthers(containers.filter((one) => !excepted.includes(one))),
      ]);
      return [...removed, ...parts, ...ofServices, ...away];
    } catch (error) {
      if (statusOf(error) !== 0 || error instanceof ChaosError) throw error;
      return silentEngines(this.#runEngines, error);
    }
  }

  exits(): Promise<ServerExit[]> {
    const { nodes, replicas } = this.#up();
    return exitsOf([...nodes.values(), ...replicas.values()]);
  }

  async harnessProblem(): Promise<HarnessProblem | null> {
    const problem = await engineProblem(this.#runEngines.map(({ engine }) => engine));
    const ended = this.#engineWatches.find((watch) => watch.problem !== null);
    return problem ?? ended?.problem ?? proxiesProblem(this.#up().toxiproxies);
  }

  keep(): { urls: string[]; pids: number[]; folder: string } {
    this.#kept = true;
    return { urls: this.nodes().map(({ client }) => `nats://${client}`), pids: [], folder: this.#folder };
  }

  async dispose(): Promise<string[]> {
    await Promise.all([this.#crashLoops.stopAll(), this.linkControl.stop()]);
    for (const watch of this.#engineWatches.splice(0)) watch.close();
    const running = this.#running;
    const containers = running?.containers ?? [];
    if (this.#kept) {
      // The servers keep printing, and this process would wait for their output.
      await Promise.all(containers.map((one) => one.stopLogging(false)));
      await running?.observer.close();
      return [];
    }
    this.#running = undefined;
    const left = this.#begun ? await removeFrom(this.#runEngines, this.#ctx.runId) : [];
    this.#begun = left.length > 0;
    // The last output of the servers may still be in transit from the engine.
    await Promise.all(containers.map((one) => one.stopLogging(true)));
    await running?.observer.close();
    await reap(this.#folder);
    return [...left, ...leftOf(this.#folder)];
  }

  async connect(servers: string[], account: string, name: string): Promise<Connection> {
    const cluster = clusterOfServers(this, servers);
    return connectToStarted(this.#started(), { account, cluster }, { servers, name });
  }

  access(account: string, cluster: string, user?: string): Access {
    return accessToStarted(this.#started(), { account, cluster, user });
  }

  runnerAccess(account: string, cluster: string): Access {
    return runnerAccessToStarted(this.#started(), { account, cluster });
  }

  #started() {
    return { spec: this.#spec, tls: this.#running?.certificates?.access };
  }

  async #bringUp(spec: EnvironmentSpec): Promise<void> {
    const { runId, signal, progress, journal } = this.#ctx;
    const runEngines = this.#runEngines;
    for (const { engine } of runEngines) {
      const { host, certPath } = engine.address;
      const args = { engine: { host, certPath }, runId, folder: this.#folder };
      journal({ driver: this.kind, op: 'environment.reap', args });
    }
    this.#begun = true;
    for (const { engine } of runEngines) this.#engineWatches.push(await EngineWatch.open(engine));
    const tag = namePrefix(runId);
    const connect = this.connect.bind(this);
    const publishedOnly = this.#options.publishedOnly === true;
    await bringUp(
      { runEngines, spec, tag, ctx: this.#ctx, publishedOnly, folder: this.#folder, connect },
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
    await startServices(spec.services ?? [], this.#replicas, progress);
  }

  async #reconnect({ network, container }: Record<string, Json>): Promise<void> {
    const node = [...this.#up().nodes.values()].find(({ server }) => server.plan.name === container);
    if (!node || typeof network !== 'string')
      throw new ChaosError('failed', `there is no container ${JSON.stringify(container)} to connect`);
    await node.server.connect(network);
  }

  #up(): RunningContainers {
    if (!this.#running) throw new ChaosError('failed', 'the environment is not running');
    return this.#running;
  }

  #engineOfServices(): Engine {
    const [first] = this.#runEngines;
    if (!first) throw new ChaosError('failed', 'the environment is not running');
    return first.engine;
  }

  #server(address: string): ServerContainer {
    return this.#up().replicas.get(address)?.server ?? this.#node(address).server;
  }

  #node(node: string): RunningNode {
    const found = this.#up().nodes.get(node);
    if (!found) throw new ChaosError('failed', `there is no node ${node}`);
    return found;
  }
}
