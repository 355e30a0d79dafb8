import { realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from '../../../nats/connect.ts';
import type { Observer } from '../../../nats/observer.ts';
import { ChaosError } from '../../../support/errors.ts';
import type { UndoRecord } from '../../../support/undo-record.ts';
import type { Disk, Driver, DriverContext, LinkInfo, NodeInfo, Processes, Resources } from '../../driver.ts';
import type { EnvironmentSpec } from '../../spec.ts';
import { CrashLoops } from '../../shared/crash-loop.ts';
import { missingParts } from '../../shared/missing.ts';
import {
  asNodes,
  closeInTime,
  connectToFound,
  directServers,
  observe,
  releases,
} from '../../shared/reach.ts';
import { becomeReady } from '../../shared/ready.ts';
import { replayRecord } from '../../shared/replay.ts';
import { demandLimits } from '../docker-limits.ts';
import type { Engine } from '../engine.ts';
import { connectEngines, engineKeyOf, versionsOf, type NamedEngine } from '../engines.ts';
import { namePrefix } from '../labels.ts';
import { demandAsStated } from './as-stated.ts';
import { Composed } from './composed.ts';
import { findServers, type FoundServer } from './find-servers.ts';
import { containerOf, type FoundContainer } from './found-container.ts';
import { findStrangers } from './found-guard.ts';
import type { LinksOnEngines } from './links-on-engines.ts';
import { powerOverFound, type Stoppable } from './found-processes.ts';
import { ownPowers, storesOf } from './own-powers.ts';
import { prepare, serversOn, snapshotsOn } from './prepare.ts';
import { moveBack, restoreContainers } from './restore.ts';
import { saveLogs } from './save-logs.ts';
import { endpointDifferences } from './snapshot.ts';
import { takeStock, type Found } from './take-stock.ts';

/**
 * Servers in containers that the runner did not make itself: those of a compose file, which it brings up and takes
 * down, or those that run already, which it leaves as they were.
 */
export class FoundDriver implements Driver {
  readonly kind: 'attached-docker' | 'compose';
  readonly attached?: true;
  readonly #ctx: DriverContext;
  readonly #crashLoops = new CrashLoops();
  /** Only over containers that are the run's own. */
  readonly disk?: Disk;
  readonly resources?: Resources;
  /** For the sockets of relays, and for copies of stores. */
  readonly #folder: string;
  #spec: EnvironmentSpec | undefined;
  #engines: NamedEngine[] = [];
  #composed: Composed | undefined;
  #found: Found | undefined;
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
    const { disk, resources } = ownPowers({
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
    if (!chosen) throw new ChaosError('invalid', 'nobody says which containers the servers are');
    const servers = await findServers(engines, spec, chosen);
    const found = takeStock({
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
      await prepare(found, { kind: this.kind, spec, engines, ctx, mark, folder });
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

  connect(servers: string[], account: string, name: string): Promise<Connection> {
    return connectToFound(this.#spec, account, { servers, name, signal: this.#ctx.signal });
  }

  readonly processes: Processes = powerOverFound(
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
    await replayRecord(record, this);
  }

  /** Connections that do not run between the containers' own addresses: cutting those would not cut them. */
  async bypasses(): Promise<string[]> {
    const there = this.#there();
    const { observer, addresses } = there;
    const inspect = this.#inspect.bind(this);
    const found = await Promise.all(
      this.#engines.map(({ key }) => {
        // Between engines no address is a container's, and nothing is cut.
        const servers = serversOn(there, key);
        return findStrangers({ servers, observer, addresses, inspect });
      }),
    );
    return found.flat();
  }

  async missing(): Promise<string[]> {
    const { servers, snapshots, observer, linkInfos } = this.#there();
    const parts = await missingParts({
      nodes: servers,
      links: linkInfos,
      observer,
      proxies: { disturbed: () => Promise.resolve([]) },
      stateOf: (node) => this.processes.state(node),
    });
    const moved = await Promise.all(
      servers.map(async ({ address }) => {
        const was = snapshots.get(address);
        const seen = await this.#inspect(address);
        return was && seen ? endpointDifferences(was, seen) : [];
      }),
    );
    return [...parts, ...moved.flat()];
  }

  keep(): { urls: string[]; pids: number[]; folder: string } {
    this.#kept = true;
    return { urls: this.nodes().map(({ client }) => `nats://${client}`), pids: [], folder: this.#folder };
  }

  async dispose(): Promise<string[]> {
    const found = this.#found;
    await Promise.all([this.#crashLoops.stopAll(), found?.links?.stop()]);
    rmSync(this.#folder, { recursive: true, force: true });
    // While the servers are there: where they were, nobody would answer the end of a connection.
    await closeInTime(found?.observer);
    const left = this.#kept ? [] : await this.#leave(found);
    await Promise.all([...(found?.containers.values() ?? [])].map(({ server }) => server.stopLogging(false)));
    if (!this.#kept) this.#found = undefined;
    return left;
  }

  /** Takes the run's own project down, or leaves containers as they were found. @returns what is left */
  async #leave(found: Found | undefined): Promise<string[]> {
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

  async #provision(spec: EnvironmentSpec, servers: FoundServer[], found: Found): Promise<void> {
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

  /** One after the other: two that move nodes back at once would take each the other's addresses. */
  #settled(): Promise<void> {
    const turn = this.#settling.then(() => this.#settle());
    this.#settling = turn.catch(() => undefined);
    return turn;
  }

  /** Nodes that were started together may have got one another's addresses. */
  async #settle(): Promise<void> {
    const { servers, addresses } = this.#there();
    for (const { address: node } of servers) {
      const seen = await this.#inspect(node);
      // Others may go on for a while on connections that they have made in between.
      for (const { address } of seen?.endpoints ?? []) addresses.add(address);
    }
    const states = await Promise.all(servers.map(({ address }) => this.processes.state(address)));
    if (states.includes('down')) return;
    for (const { key, engine } of this.#engines) {
      const moved = await moveBack(engine.docker, [...snapshotsOn(this.#there(), key).values()]);
      for (const text of moved) this.#ctx.progress(text);
    }
  }

  /** Ends with a point, so that no other run's begins with it. */
  #mark(): string {
    return `${namePrefix(this.#ctx.runId)}.`;
  }

  #engineAt(key: string): Engine {
    const found = this.#engines.find((one) => one.key === key);
    if (!found) throw new ChaosError('failed', 'no Docker engine is connected yet');
    return found.engine;
  }

  #there(): Found {
    if (!this.#found) throw new ChaosError('failed', 'no container is found yet');
    return this.#found;
  }

  async #inspect(node: string): Promise<FoundContainer | null> {
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
