import { randomUUID } from 'node:crypto';
import { mkdirSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Access, Connection } from '../../nats/connect.ts';
import type { Observer } from '../../nats/monitor/observer.ts';
import { ChaosError } from '../../support/errors.ts';
import type { UndoRecord } from '../../support/undo-record.ts';
import { resolveBinary } from '../binaries/index.ts';
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
import type { PacketLoss } from '../links/packet-loss.ts';
import { PressureWorkers } from '../limits/pressure-workers.ts';
import { becomeReady, ServerDown } from '../servers/ready.ts';
import type { OwnFilesystems } from '../storage/own-filesystems.ts';
import { NO_PROXIES } from '../links/proxies.ts';
import type { ProxyLinks } from '../links/proxy-links.ts';
import { proxyProblem } from '../links/proxy-problem.ts';
import {
  asLinks,
  asNodes,
  accessToStarted,
  connectToStarted,
  clusterOfServers,
  jetStreamUndo,
  linkedServers,
  observe,
  runnerAccessToStarted,
} from '../servers/reach.ts';
import { leftOf, processesNaming, reap } from '../undo/reap.ts';
import { replayRecord } from '../undo/replay.ts';
import { linkCapabilities, proxyOf } from './link-capabilities.ts';
import { storageCapabilities } from './storage-capabilities.ts';
import { ofNode, type RunningProcesses } from './running.ts';
import { AssertionFiles } from './assertion-files.ts';
import { SeveralRuns, type SeveralRunsOptions } from './several-runs.ts';
import type { StandingProcesses } from './standing-processes.ts';
import { missingReplicas, processIdsOf } from './replicas.ts';
import type { ServerProcess } from './server-process.ts';
import { HOST } from '../servers/topology.ts';
import { replicaProcesses } from './start-services.ts';
import { servicesOver } from '../services/capability.ts';
import type { ReplicaOperations } from '../services/operations.ts';
import type { PlacedReplica } from '../services/place.ts';
import { startServices } from '../services/start.ts';
import type { StoreDisk } from './store-disk.ts';

/** A start is tried again when another process takes a port after we choose it and before our servers use it. */
const START_ATTEMPTS = 3;

type Binaries = StandingProcesses['binaries'];

/** Plain nats-server processes on loopback, each link direct or through a proxy of one Toxiproxy: no Docker, no root. */
export class ProcessDriver implements Driver {
  readonly kind = 'process';
  readonly startsAlone = true;
  readonly #ctx: DriverContext;
  readonly #crashLoops = new CrashLoops();
  readonly #replicas: ReplicaOperations<PlacedReplica>;
  #spec: EnvironmentSpec | undefined;
  #running: RunningProcesses | undefined;
  #binaries: Binaries | undefined;
  #assertions: AssertionFiles | undefined;
  #folder: string | undefined;
  #tag: string;
  #kept = false;
  readonly #several: SeveralRuns;
  readonly #standing: StandingProcesses | undefined;
  #declared: EnvironmentSpec | undefined;

  constructor(ctx: DriverContext, options: SeveralRunsOptions = {}) {
    this.#ctx = ctx;
    this.#several = new SeveralRuns(ctx, options);
    this.#standing = options.standing;
    this.#tag = `nats-chaos-${ctx.runId}`;
    const up = (): RunningProcesses => this.#up();
    const spec = (): EnvironmentSpec | undefined => this.#spec;
    ({ linkControl: this.linkControl, packets: this.packets } = linkCapabilities(up, spec));
    ({ disk: this.disk, filesystems: this.filesystems } = storageCapabilities(up, spec));
    this.versionControl = versionCapability(up, ctx);
    this.#replicas = replicaProcesses(up, () => this.#spec?.limits, ctx);
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
    return this.#several.served;
  }

  async start(declared: EnvironmentSpec): Promise<void> {
    this.#declared = declared;
    if (this.#standing !== undefined && (await this.#takeOver(this.#standing, declared))) return;
    const spec = withGeneratedKeys(withRunnerUsers(declared, randomUUID()));
    this.#spec = spec;
    const { signal, progress } = this.#ctx;
    // Not concurrently: a build of one must not continue when the other is unavailable.
    const toxiproxy = needsProxies(spec)
      ? await resolveBinary({ tool: 'toxiproxy-server' }, { signal, progress })
      : undefined;
    const nats = await resolveBinary({ tool: 'nats-server', wanted: spec.nats }, { signal, progress });
    this.#binaries = { nats, ...(toxiproxy && { toxiproxy }) };
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#bringUp(spec, this.#binaries);
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
      link.direct === true ? { host: HOST, port: link.upstreamPort } : proxyOf(this.#up(), link.id),
    );
  }

  observer(): Observer {
    return this.#up().observer;
  }

  readonly processes: Processes = processCapability(() => this.#up(), this.#crashLoops);

  readonly services: Services;

  readonly linkControl: ProxyLinks;

  readonly packets: PacketLoss;

  readonly disk: StoreDisk;

  readonly filesystems: OwnFilesystems;

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
    if (!running || !declared || !started || !binaries || !this.#several.mayStand(running)) return null;
    await Promise.all([this.#crashLoops.stopAll(), this.linkControl.stop()]);
    await running.observer.close();
    await this.#several.copyLogs();
    this.#running = undefined;
    this.#folder = undefined;
    return this.#several.standing({ declared, started, running, binaries, tag: this.#tag });
  }

  async dispose(): Promise<string[]> {
    await Promise.all([this.#crashLoops.stopAll(), this.linkControl.stop()]);
    if (this.#kept) {
      await this.#running?.observer.close();
      return [];
    }
    const running = this.#running;
    this.#running = undefined;
    await this.#several.copyLogs().catch(() => undefined);
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

  async #bringUp(spec: EnvironmentSpec, { nats, toxiproxy }: Binaries): Promise<void> {
    const { progress } = this.#ctx;
    // The run's id is unique, so the folder's name is known and journalled before there is anything to undo.
    const folder = join(realpathSync(tmpdir()), `nats-chaos-${this.#ctx.runId}`);
    this.#folder = folder;
    this.#ctx.journal({ driver: this.kind, op: 'environment.reap', args: { folder } });
    mkdirSync(folder, { mode: 0o700 });
    const connect = this.connect.bind(this);
    const tag = this.#tag;
    const assertions = (this.#assertions ??= new AssertionFiles(this.#ctx.logFolder));
    const binaries = { nats: nats.path, ...(toxiproxy && { toxiproxy: toxiproxy.path }) };
    const logFolder = this.#several.logFolder(spec, nats, folder);
    await bringUp(
      { spec, folder, binaries, assertions, tag, ctx: { ...this.#ctx, logFolder }, connect },
      (up) => (this.#running = up),
    );
    await this.#becomeReady(spec);
    await startServices(spec.services ?? [], this.#replicas, progress);
  }

  /** Takes over the servers of an earlier run, or removes them. @returns whether they serve this run */
  async #takeOver(standing: StandingProcesses, declared: EnvironmentSpec): Promise<boolean> {
    const { progress } = this.#ctx;
    const { started, folder } = standing;
    this.#ctx.journal({ driver: this.kind, op: 'environment.reap', args: { folder } });
    this.#folder = folder;
    const spec = { ...started, streams: declared.streams, consumers: declared.consumers };
    this.#spec = spec;
    this.#binaries = standing.binaries;
    this.#tag = standing.tag;
    const observer = observe(spec, standing.running.nodes, this.connect.bind(this));
    const running = { ...standing.running, observer };
    running.assertions.moveTo(this.#ctx.logFolder);
    this.#assertions = running.assertions;
    this.#running = running;
    const why = await this.#several.takeOver(standing, {
      ...{ declared, spec, running },
      connect: (server, account) => this.connect([server], account, 'nats-chaos/provision'),
      becomeReady: () => this.#becomeReady(spec),
    });
    if (why === null) return true;
    progress(`the servers of an earlier run are replaced: ${why}`);
    const left = await this.dispose();
    if (left.length > 0) throw new ChaosError('failed', left.join('; '));
    this.#several.replaced();
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

  #server(node: string): ServerProcess {
    return ofNode(this.#up().servers, node);
  }
}
