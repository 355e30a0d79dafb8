import { randomUUID } from 'node:crypto';
import { mkdirSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Access, Connection } from '../../nats/connect.ts';
import type { Observer } from '../../nats/monitor/observer.ts';
import { throwIfAborted } from '../../support/deadline.ts';
import { ChaosError, messageOf } from '../../support/errors.ts';
import type { UndoRecord } from '../../support/undo-record.ts';
import { resolveBinary, type ResolvedBinary } from '../binaries/index.ts';
import type {
  Certificates,
  Configuration,
  Driver,
  DriverContext,
  HarnessProblem,
  LinkInfo,
  NodeInfo,
  Processes,
  Resources,
  ServerAssertion,
  ServerExit,
  Services,
  Versions,
} from '../driver.ts';
import { needsProxies } from '../every-link.ts';
import { withGeneratedKeys } from '../servers/generated-keys.ts';
import { withRunnerUsers } from '../servers/runner-users.ts';
import type { EnvironmentSpec } from '../spec.ts';
import { bringUp } from './bring-up.ts';
import { CrashLoops } from '../servers/crash-loop.ts';
import { findBypasses } from './bypasses.ts';
import { missingParts } from '../servers/missing.ts';
import {
  configurationCapability,
  processCapability,
  resourceCapability,
  versionCapability,
} from './node-capabilities.ts';
import { PacketLoss } from '../links/packet-loss.ts';
import { PressureWorkers } from '../limits/pressure-workers.ts';
import { becomeReady, ServerDown } from '../servers/ready.ts';
import { imageFile, OwnFilesystems, storeFolder } from '../storage/own-filesystems.ts';
import { NO_PROXIES, noProxy } from '../links/proxies.ts';
import { ProxyLinks } from '../links/proxy-links.ts';
import { proxyProblem } from '../links/proxy-problem.ts';
import type { EntryPoint } from '../links/round-trip.ts';
import {
  asLinks,
  asNodes,
  accessToStarted,
  connectToStarted,
  clusterOfServers,
  connectLine,
  jetStreamUndo,
  linkedServers,
  observe,
  runnerAccessToStarted,
} from '../servers/reach.ts';
import { leftOf, processesNaming, reap } from '../undo/reap.ts';
import { replayRecord } from '../undo/replay.ts';
import { runMark } from '../links/packet-rules.ts';
import { ofNode, type RunningProcesses } from './running.ts';
import { AssertionFiles } from './assertion-files.ts';
import { LogParts } from './log-parts.ts';
import {
  clearStreams,
  isConfiguredAs,
  mayServeSeveral,
  type StandingProcesses,
} from './standing-processes.ts';
import { missingReplicas, processIdsOf } from './replicas.ts';
import type { ServerProcess } from './server-process.ts';
import { HOST } from '../servers/topology.ts';
import { openingOf } from '../tls/server-tls.ts';
import { replicaProcesses } from './start-services.ts';
import { servicesOver } from '../services/capability.ts';
import type { ReplicaOperations } from '../services/operations.ts';
import type { PlacedReplica } from '../services/place.ts';
import { startServices } from '../services/start.ts';
import { StoreDisk } from './store-disk.ts';
import { storeAccounts } from '../storage/store-place.ts';

/** A start is tried again when another process takes a port after we choose it and before our servers use it. */
const START_ATTEMPTS = 3;

export interface ProcessDriverOptions {
  /** Its servers may serve another run afterwards. */
  forSeveral?: boolean;
  /** Those that an earlier run has left; they are taken over if they fit, and removed if not. */
  standing?: StandingProcesses | undefined;
}

/** Plain nats-server processes on loopback, each link direct or through a proxy of one Toxiproxy: no Docker, no root. */
export class ProcessDriver implements Driver {
  readonly kind = 'process';
  readonly startsAlone = true;
  readonly #ctx: DriverContext;
  readonly #crashLoops = new CrashLoops();
  readonly #replicas: ReplicaOperations<PlacedReplica>;
  #spec: EnvironmentSpec | undefined;
  #running: RunningProcesses | undefined;
  #binaries: { nats: ResolvedBinary; toxiproxy?: ResolvedBinary } | undefined;
  #assertions: AssertionFiles | undefined;
  #folder: string | undefined;
  #tag: string;
  #kept = false;
  readonly #options: ProcessDriverOptions;
  #declared: EnvironmentSpec | undefined;
  /** Left out: the logs are where the run wants them. */
  #logs: LogParts | undefined;
  #servedRuns = 0;

  constructor(ctx: DriverContext, options: ProcessDriverOptions = {}) {
    this.#ctx = ctx;
    this.#options = options;
    this.#tag = `nats-chaos-${ctx.runId}`;
    this.versionControl = versionCapability(() => this.#up(), ctx);
    this.#replicas = replicaProcesses(
      () => this.#up(),
      () => this.#spec?.limits,
      ctx,
    );
    this.services = servicesOver(this.#replicas);
  }

  versions(): Record<string, string> {
    if (!this.#binaries) return {};
    const { nats, toxiproxy } = this.#binaries;
    return {
      'nats-server': nats.version,
      ...(nats.assertions === true ? { 'nats-server build': 'with assertions' } : {}),
      ...(toxiproxy === undefined ? {} : { toxiproxy: toxiproxy.version }),
    };
  }

  get servedRuns(): number {
    return this.#servedRuns;
  }

  async start(declared: EnvironmentSpec): Promise<void> {
    this.#declared = declared;
    const { standing } = this.#options;
    if (standing !== undefined && (await this.#takeOver(standing, declared))) return;
    const spec = withGeneratedKeys(withRunnerUsers(declared, randomUUID()));
    this.#spec = spec;
    const { signal, progress } = this.#ctx;
    // Not concurrently: a build of one must not continue when the other is unavailable.
    const toxiproxy = needsProxies(spec)
      ? await resolveBinary({ tool: 'toxiproxy-server' }, { signal, progress })
      : undefined;
    const nats = await resolveBinary({ tool: 'nats-server', wanted: spec.nats }, { signal, progress });
    this.#binaries = { nats, ...(toxiproxy && { toxiproxy }) };
    if (nats.assertions === true) this.#assertions = new AssertionFiles(this.#ctx.logFolder);
    const paths = { nats: nats.path, ...(toxiproxy && { toxiproxy: toxiproxy.path }) };
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#bringUp(spec, paths);
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
    return asLinks(this.#up().links);
  }

  clientServers(cluster: string): { node: string; server: string }[] {
    const { links } = this.#up();
    return linkedServers(links, cluster, (link) =>
      link.direct === true ? { host: HOST, port: link.upstreamPort } : this.#proxyOf(link.id),
    );
  }

  observer(): Observer {
    return this.#up().observer;
  }

  readonly processes: Processes = processCapability(() => this.#up(), this.#crashLoops);

  readonly services: Services;

  readonly linkControl: ProxyLinks = new ProxyLinks(
    () => {
      const { links, toxiproxy } = this.#up();
      return {
        links,
        proxies: toxiproxy?.proxies ?? NO_PROXIES,
        entryPointOf: (link) => this.#proxyOf(link),
        heldBy: (link) => this.packets.owners(link),
      };
    },
    (cluster) => connectLine(this.#spec, cluster),
    (link) => openingOf(this.#spec, link),
  );

  readonly packets: PacketLoss = new PacketLoss({
    mark: () => runMark(this.#up().folder),
    gateOf: (link) => Promise.resolve({ namespace: 'own', port: this.#proxyOf(link).port }),
    namespaces: () => Promise.resolve(['own']),
    fileFor: (mark) => join(this.#up().folder, `${mark}rules`),
  });

  readonly disk: StoreDisk = new StoreDisk({
    storeOf: (node) => storeFolder(this.#up().folder, node),
    asideFolder: () => join(this.#up().folder, 'aside'),
    stateOf: (node) => this.#server(node).state(),
    accountsOf: (stream) => storeAccounts(this.#spec, stream),
  });

  readonly filesystems: OwnFilesystems = new OwnFilesystems({
    pointOf: (node) => storeFolder(this.#up().folder, node),
    imageOf: (node) => imageFile(this.#up().folder, node),
  });

  readonly resources: Resources = resourceCapability({
    folder: () => this.#up().folder,
    pidsOf: (node) => processIdsOf(this.#up(), node),
    inOwnGroups: () => this.#spec?.limits?.includes('memory') === true,
  });

  readonly pressure: PressureWorkers = new PressureWorkers(() => this.#up().folder);

  readonly versionControl: Versions;

  readonly configuration: Configuration = configurationCapability(() => this.#up());

  get certificates(): Certificates | undefined {
    return this.#running?.certificates;
  }

  async replay(record: UndoRecord): Promise<void> {
    await replayRecord(record, this, jetStreamUndo(this));
  }

  async bypasses(): Promise<string[]> {
    return findBypasses(this.#up(), (node) => this.#server(node));
  }

  async missing(except?: ReadonlySet<string>): Promise<string[]> {
    const up = this.#up();
    const parts = await missingParts({
      ...up,
      except,
      proxies: up.toxiproxy?.proxies ?? NO_PROXIES,
      stateOf: (node) => Promise.resolve(this.#server(node).state()),
    });
    return [...parts, ...missingReplicas(up, except)];
  }

  exits(): Promise<ServerExit[]> {
    const exits = [...this.#up().servers].flatMap(([node, server]) => {
      server.countOomKills();
      return server.exits.map((exit) => ({ node, ...exit }));
    });
    return Promise.resolve(exits.sort((a, b) => a.at - b.at));
  }

  assertions(): ServerAssertion[] {
    return this.#assertions?.read() ?? [];
  }

  async harnessProblem(): Promise<HarnessProblem | null> {
    const { toxiproxy } = this.#up();
    if (toxiproxy === undefined) return null;
    const { process, proxies } = toxiproxy;
    const since = process.exits.at(-1)?.at;
    return proxyProblem(
      proxies,
      process.state() === 'down' ? { why: process.exit, ...(since === undefined ? {} : { since }) } : null,
    );
  }

  keep(): { urls: string[]; pids: number[]; folder: string } {
    const { nodes, folder } = this.#up();
    this.#kept = true;
    return { urls: nodes.map((node) => `nats://${node.client}`), pids: processesNaming(folder), folder };
  }

  async handOn(): Promise<StandingProcesses | null> {
    const [running, declared, started, binaries] = [
      this.#running,
      this.#declared,
      this.#spec,
      this.#binaries,
    ];
    if (this.#logs === undefined || !running || !declared || !started || !binaries) return null;
    if ([...running.servers.values()].some((server) => server.state() !== 'running')) return null;
    await Promise.all([this.#crashLoops.stopAll(), this.linkControl.stop()]);
    await running.observer.close();
    await this.#logs.copyTo(this.#ctx.logFolder);
    this.#running = undefined;
    this.#folder = undefined;
    const { folder } = running;
    const dispose = async (): Promise<string[]> => {
      await reap(folder);
      return leftOf(folder);
    };
    const runs = this.#servedRuns + 1;
    return { runs, folder, dispose, declared, started, running, binaries, tag: this.#tag };
  }

  async dispose(): Promise<string[]> {
    await Promise.all([this.#crashLoops.stopAll(), this.linkControl.stop()]);
    if (this.#kept) {
      await this.#running?.observer.close();
      return [];
    }
    const running = this.#running;
    this.#running = undefined;
    await this.#logs?.copyTo(this.#ctx.logFolder).catch(() => undefined);
    // Kills before it closes connections: a connection to a paused server would wait for its answer.
    const left: string[] = [];
    if (this.#folder !== undefined) {
      await reap(this.#folder);
      left.push(...leftOf(this.#folder));
    }
    await running?.observer.close();
    this.#folder = undefined;
    return left;
  }

  async #bringUp(spec: EnvironmentSpec, binaries: { nats: string; toxiproxy?: string }): Promise<void> {
    const { progress } = this.#ctx;
    // The run's id is unique, so the folder's name is known and journalled before there is anything to undo.
    const folder = join(realpathSync(tmpdir()), `nats-chaos-${this.#ctx.runId}`);
    this.#folder = folder;
    this.#ctx.journal({ driver: this.kind, op: 'environment.reap', args: { folder } });
    mkdirSync(folder, { mode: 0o700 });
    const connect = this.connect.bind(this);
    const tag = this.#tag;
    const assertions = this.#assertions === undefined ? {} : { assertions: this.#assertions };
    // Servers that serve several runs must not write to the folder of one.
    const logFolder = this.#isForSeveral(spec) ? join(folder, 'logs') : this.#ctx.logFolder;
    if (this.#isForSeveral(spec)) this.#logs = new LogParts(logFolder);
    await bringUp(
      { spec, folder, binaries, ...assertions, tag, ctx: { ...this.#ctx, logFolder }, connect },
      (up) => (this.#running = up),
    );
    await this.#becomeReady(spec);
    await startServices(spec.services ?? [], this.#replicas, progress);
  }

  #isForSeveral(spec: EnvironmentSpec): boolean {
    const nats = this.#binaries?.nats;
    return this.#options.forSeveral === true && nats !== undefined && mayServeSeveral(spec, nats);
  }

  /** Takes over the servers of an earlier run, and makes its own streams there. @returns false: they are gone */
  async #takeOver(standing: StandingProcesses, declared: EnvironmentSpec): Promise<boolean> {
    const { progress, signal } = this.#ctx;
    const { running, started, folder } = standing;
    this.#ctx.journal({ driver: this.kind, op: 'environment.reap', args: { folder } });
    this.#folder = folder;
    const spec = { ...started, streams: declared.streams, consumers: declared.consumers };
    this.#spec = spec;
    this.#binaries = standing.binaries;
    this.#tag = standing.tag;
    const observer = observe(spec, running.nodes, this.connect.bind(this));
    this.#running = { ...running, observer };
    this.#logs = new LogParts(join(folder, 'logs'));
    this.#servedRuns = standing.runs;
    let why = 'they are configured otherwise';
    try {
      if (isConfiguredAs(standing.declared, declared)) {
        for (const server of running.servers.values()) server.exits.length = 0;
        progress(`taking over ${running.nodes.length} servers that have served ${standing.runs} runs`);
        const connect = (server: string, account: string): Promise<Connection> =>
          this.connect([server], account, 'nats-chaos/provision');
        await clearStreams({ spec, running, connect, signal });
        await this.#becomeReady(spec);
        return true;
      }
    } catch (error) {
      throwIfAborted(signal);
      why = messageOf(error);
    }
    progress(`the servers of an earlier run are replaced: ${why}`);
    const left = await this.dispose();
    if (left.length > 0) throw new ChaosError('failed', left.join('; '));
    this.#logs = undefined;
    this.#servedRuns = 0;
    this.#tag = `nats-chaos-${this.#ctx.runId}`;
    return false;
  }

  async #becomeReady(spec: EnvironmentSpec): Promise<void> {
    const { progress, signal } = this.#ctx;
    const { nodes, observer } = this.#up();
    await becomeReady({
      spec,
      nodes,
      whyDown: (node) => {
        const server = this.#server(node);
        return Promise.resolve(server.state() === 'down' ? server.exit : null);
      },
      observer,
      connect: (server, account) => this.connect([server], account, 'nats-chaos/provision'),
      missing: () => this.missing(),
      tag: this.#tag,
      signal,
      progress,
    });
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

  #up(): RunningProcesses {
    if (!this.#running) throw new ChaosError('failed', 'the environment is not running');
    return this.#running;
  }

  /** Where our own connections reach a link's proxy. @throws ChaosError for a link without one */
  #proxyOf(link: string): EntryPoint {
    return { host: HOST, port: this.#up().toxiproxy?.port(link) ?? noProxy(link) };
  }

  #server(node: string): ServerProcess {
    return ofNode(this.#up().servers, node);
  }
}
