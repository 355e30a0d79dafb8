import { realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Access, Connection } from '../../../nats/connect.ts';
import type { Observer } from '../../../nats/monitor/observer.ts';
import { ChaosError } from '../../../support/errors.ts';
import type { UndoRecord } from '../../../support/undo-record.ts';
import type {
  Disk,
  Driver,
  DriverContext,
  HarnessProblem,
  LinkInfo,
  NodeInfo,
  Processes,
  Resources,
  ServerExit,
} from '../../driver.ts';
import type { EnvironmentSpec } from '../../spec.ts';
import { CrashLoops } from '../../servers/crash-loop.ts';
import { missingParts } from '../../servers/missing.ts';
import {
  asNodes,
  closeInTime,
  accessAs,
  attachedAccess,
  clusterOfServers,
  connectToAttached,
  runnerAccess,
  directServers,
  jetStreamUndo,
  observe,
  releases,
} from '../../servers/reach.ts';
import { becomeReady } from '../../servers/ready.ts';
import { replayRecord } from '../../undo/replay.ts';
import { demandLimits } from '../engine/docker-limits.ts';
import { engineProblem } from '../engine/engine-problem.ts';
import type { Engine } from '../engine/engine.ts';
import { connectEngines, engineKeyOf, versionsOf, type NamedEngine } from '../engine/engines.ts';
import { exitsOf } from '../engine/exits.ts';
import { namePrefix } from '../engine/labels.ts';
import { demandAsStated } from './compose/as-stated.ts';
import { Composed } from './compose/composed.ts';
import { findServers, type AttachedServer } from './find-servers.ts';
import { containerOf, type AttachedContainer } from './attached-container.ts';
import { findForeignConnections } from './foreign-connections.ts';
import type { LinksOnEngines } from './links-on-engines.ts';
import { attachedProcessCapability, type Stoppable } from './attached-processes.ts';
import { ownCapabilities, storesOf } from './own-capabilities.ts';
import { prepareFaults, serversOn, snapshotsOn } from './prepare-faults.ts';
import { moveBack, restoreContainers } from './restore.ts';
import { saveLogs } from './save-logs.ts';
import { endpointDifferences } from './snapshot.ts';
import { takeInventory, type AttachedInventory } from './inventory.ts';

/**
 * Servers in containers that the runner did not make itself: those of a compose file, which it brings up and takes
 * down, or those that run already, which it leaves as they were.
 */
export class AttachedContainersDriver implements Driver {
  readonly kind: 'attached-docker' | 'compose';
  readonly attached?: true;
  readonly #ctx: DriverContext;
  readonly #crashLoops = new CrashLoops();
  /** Only for containers that are the run's own. */
  readonly disk?: Disk;
  readonly resources?: Resources;
  /** For the sockets of relays, and for copies of stores. */
  readonly #folder: string;
  #spec: EnvironmentSpec | undefined;
  #engines: NamedEngine[] = [];
  #composed: Composed | undefined;
  #found: AttachedInventory | undefined;
  #versions: string[] = [];
  #kept = false;
  #settling: Promise<void> = Promise.resolve();

  constructor(kind: 'attached-docker' | 'compose', ctx: DriverContext) {
    this.kind = kind;
    this.#ctx = ctx;
    this.#folder = join(realpathSync(tmpdir()), namePrefix(ctx.runId));
    if (kind === 'attached-docker') {
      this.attached = true;
      return;
    }
    const { disk, resources } = ownCapabilities({
      serverOf: (node) => this.#containerAt(node).server,
      stores: () => this.#there().stores,
      spec: () => this.#spec,
      folder: this.#folder,
    });
    this.disk = disk;
    this.resources = resources;
  }

  versions(): Record<string, string> {
    return {
      ...releases(this.#versions),
      ...(this.#engines.length > 0 ? { docker: versionsOf(this.#engines) } : {}),
    };
  }

  async start(spec: EnvironmentSpec): Promise<void> {
    this.#spec = spec;
    const engines = await connectEngines(spec.clusters);
    this.#engines = engines;
    for (const { engine } of engines) await demandLimits(engine.docker, spec.limits);
    const [first] = engines;
    if (spec.compose && first)
      this.#composed = new Composed(spec.compose, first.engine, this.#ctx, this.#folder);
    const chosen = this.#composed ? await this.#composed.up(spec.nats) : spec.attach?.containers;
    if (!chosen)
      throw new ChaosError('invalid', 'the environment does not say which containers the servers are');
    const servers = await findServers(engines, spec, chosen);
    const found = takeInventory({
      dockerOf: (server) => this.#engineAt(engineKeyOf(server.spec)).docker,
      servers,
      logFolder: this.#ctx.logFolder,
      observer: observe(spec, servers, this.connect.bind(this)),
    });
    this.#found = found;
    this.#versions = await demandAsStated({
      spec,
      servers,
      connect: (of, account) => this.connect(of, account, 'nats-chaos/verify'),
      signal: this.#ctx.signal,
    });
    const mayDisturb = spec.compose !== undefined || spec.attach?.allowFaults === true;
    if (mayDisturb) {
      const [ctx, mark, folder] = [this.#ctx, this.#mark(), this.#folder];
      await prepareFaults(found, { kind: this.kind, spec, engines, ctx, mark, folder });
    }
    if (spec.compose) await this.#provision(spec, servers, found);
    else this.#ctx.progress(`attached to ${servers.length} containers; ${terms(spec)}`);
  }

  nodes(): NodeInfo[] {
    return asNodes(this.#found?.servers ?? []);
  }

  links(): LinkInfo[] {
    return this.#found?.linkInfos ?? [];
  }

  clientServers(cluster: string): { node: string; server: string }[] {
    return directServers(this.nodes(), cluster);
  }

  observer(): Observer {
    return this.#there().observer;
  }

  async connect(servers: string[], account: string, name: string): Promise<Connection> {
    const who = { account, cluster: clusterOfServers(this, servers) };
    return connectToAttached(this.#spec, who, { servers, name, signal: this.#ctx.signal });
  }

  access(account: string, cluster: string, user?: string): Access {
    return attachedAccess(accessAs(this.#spec, { account, cluster, user }));
  }

  runnerAccess(account: string, cluster: string): Access {
    return attachedAccess(runnerAccess(this.#spec, { account, cluster }));
  }

  readonly processes: Processes = attachedProcessCapability(
    (node) => this.#containerAt(node),
    () => this.#found?.links !== undefined,
    this.#crashLoops,
    () => this.#settled(),
  );

  get linkControl(): LinksOnEngines {
    const { links } = this.#there();
    if (!links) throw new ChaosError('failed', 'this environment is attached read-only');
    return links;
  }

  async replay(record: UndoRecord): Promise<void> {
    await replayRecord(record, this, jetStreamUndo(this));
  }

  /** Connections that are not between the containers' own addresses: cutting these addresses would not cut them. */
  async bypasses(): Promise<string[]> {
    const there = this.#there();
    const { observer, addresses } = there;
    const inspect = this.#inspect.bind(this);
    const found = await Promise.all(
      this.#engines.map(({ key }) => {
        // Between engines no address is a container's, and nothing is cut.
        const servers = serversOn(there, key);
        return findForeignConnections({ servers, observer, addresses, inspect });
      }),
    );
    return found.flat();
  }

  async missing(except?: ReadonlySet<string>): Promise<string[]> {
    const { servers, snapshots, observer, linkInfos } = this.#there();
    const parts = await missingParts({
      nodes: servers,
      links: linkInfos,
      observer,
      proxies: { disturbed: () => Promise.resolve([]) },
      stateOf: (node) => this.processes.state(node),
      except,
    });
    const moved = await Promise.all(
      servers.map(async ({ address }) => {
        if (except?.has(address) === true) return [];
        const was = snapshots.get(address);
        const seen = await this.#inspect(address);
        return was && seen ? endpointDifferences(was, seen) : [];
      }),
    );
    return [...parts, ...moved.flat()];
  }

  exits(): Promise<ServerExit[]> {
    const { containers } = this.#there();
    return exitsOf([...containers].map(([address, { server }]) => ({ address, server })));
  }

  harnessProblem(): Promise<HarnessProblem | null> {
    return engineProblem(this.#engines.map(({ engine }) => engine));
  }

  keep(): { urls: string[]; pids: number[]; folder: string } {
    this.#kept = true;
    return { urls: this.nodes().map(({ client }) => `nats://${client}`), pids: [], folder: this.#folder };
  }

  async dispose(): Promise<string[]> {
    const found = this.#found;
    await Promise.all([this.#crashLoops.stopAll(), found?.links?.stop()]);
    rmSync(this.#folder, { recursive: true, force: true });
    // Before the servers stop: afterwards nobody would answer the close of a connection.
    await closeInTime(found?.observer);
    const left = this.#kept ? [] : await this.#leave(found);
    await Promise.all([...(found?.containers.values() ?? [])].map(({ server }) => server.stopLogging(false)));
    if (!this.#kept) this.#found = undefined;
    return left;
  }

  /** Takes down the run's own project, or restores containers to their original state. @returns what is left */
  async #leave(found: AttachedInventory | undefined): Promise<string[]> {
    if (this.#composed) {
      if (found) await saveLogs(found, this.#ctx.logFolder);
      return this.#composed.down();
    }
    if (!found?.links) return [];
    const left = await Promise.all(
      this.#engines.map(async ({ key, engine }) => {
        const snapshots = [...snapshotsOn(found, key).values()];
        return (await restoreContainers(engine.docker, snapshots, this.#mark())).left;
      }),
    );
    return left.flat();
  }

  async #provision(
    spec: EnvironmentSpec,
    servers: AttachedServer[],
    found: AttachedInventory,
  ): Promise<void> {
    found.stores = await storesOf(servers);
    const { signal, progress } = this.#ctx;
    await becomeReady({
      spec,
      nodes: servers,
      whyDown: (node) => this.#containerAt(node).server.whyDown(),
      observer: found.observer,
      connect: (server, account) => this.connect([server], account, 'nats-chaos/provision'),
      missing: () => this.missing(),
      signal,
      progress,
    });
  }

  /** Not concurrently: two calls at once would take each other's addresses. */
  #settled(): Promise<void> {
    const turn = this.#settling.then(() => this.#settle());
    this.#settling = turn.catch(() => undefined);
    return turn;
  }

  /** Nodes that were started together may have got each other's addresses. */
  async #settle(): Promise<void> {
    const { servers, addresses } = this.#there();
    for (const { address: node } of servers) {
      const seen = await this.#inspect(node);
      // Peers may keep connections that they made to this address in the meantime.
      for (const { address } of seen?.endpoints ?? []) addresses.add(address);
    }
    const states = await Promise.all(servers.map(({ address }) => this.processes.state(address)));
    if (states.includes('down')) return;
    for (const { key, engine } of this.#engines) {
      const moved = await moveBack(engine.docker, [...snapshotsOn(this.#there(), key).values()]);
      for (const text of moved) this.#ctx.progress(text);
    }
  }

  /** Ends with a period, so that no other run's mark begins with it. */
  #mark(): string {
    return `${namePrefix(this.#ctx.runId)}.`;
  }

  #engineAt(key: string): Engine {
    const found = this.#engines.find((one) => one.key === key);
    if (!found) throw new ChaosError('failed', 'no Docker engine is connected yet');
    return found.engine;
  }

  #there(): AttachedInventory {
    if (!this.#found) throw new ChaosError('failed', 'no container is found yet');
    return this.#found;
  }

  async #inspect(node: string): Promise<AttachedContainer | null> {
    const seen = await this.#containerAt(node)
      .server.container.inspect()
      .catch(() => null);
    return seen && containerOf(seen);
  }

  #containerAt(node: string): Stoppable {
    const container = this.#there().containers.get(node);
    if (!container) throw new ChaosError('failed', `there is no node ${node}`);
    return container;
  }
}

function terms({ attach }: EnvironmentSpec): string {
  return attach?.allowFaults === true ? 'faults are allowed' : 'read-only: nothing is written or disturbed';
}
