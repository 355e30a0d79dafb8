import { mkdirSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deleteStream } from '../../nats/ballast.ts';
import { connect, type Connection } from '../../nats/connect.ts';
import type { Observer } from '../../nats/observer.ts';
import { ChaosError, messageOf } from '../../support/errors.ts';
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
import { PressureWorkers } from '../shared/pressure-workers.ts';
import { becomeReady, ServerDown } from '../shared/ready.ts';
import { leftOf, reap } from '../shared/reap.ts';
import { replayRecord } from '../shared/replay.ts';
import type { EnvironmentSpec } from '../spec.ts';
import { bringUp, type Running } from './bring-up.ts';
import { reasonOf, statusOf } from './calls.ts';
import { DockerDisk } from './docker-disk.ts';
import { demandLimits, DockerLimits } from './docker-limits.ts';
import { DockerLinks } from './docker-links.ts';
import { infoOf, STORE_PATH, type RunningNode } from './docker-node.ts';
import { connectEngine, type Engine } from './engine.ts';
import { findImage, type ServerImage } from './find-image.ts';
import { findBypasses } from './guard.ts';
import { namePrefix } from './labels.ts';
import { powerOverConfiguration, powerOverProcesses, powerOverVersions } from './node-powers.ts';
import { reapRun } from './reap.ts';
import { PortTaken, type ServerContainer } from './server-container.ts';

/** A start is tried again when another process took a port between our choosing it and the engine's using it. */
const START_ATTEMPTS = 3;

export interface DockerDriverOptions {
  /** Reach the proxies at published ports even where their own addresses can be reached. */
  publishedOnly?: boolean;
}

/** Servers in containers of one Docker engine, every link through a proxy of one Toxiproxy. */
export class DockerDriver implements Driver {
  readonly kind = 'docker';
  readonly #ctx: DriverContext;
  readonly #options: DockerDriverOptions;
  readonly #crashLoops = new CrashLoops();
  /** For copies of stores: what there is of a run on this machine. */
  readonly #folder: string;
  #spec: EnvironmentSpec | undefined;
  #engine: Engine | undefined;
  #images: { nats: ServerImage; toxiproxy: ServerImage } | undefined;
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
      () => this.#reached(),
      ctx,
    );
  }

  versions(): Record<string, string> {
    return {
      ...(this.#images
        ? { 'nats-server': this.#images.nats.version, toxiproxy: this.#images.toxiproxy.version }
        : {}),
      ...(this.#engine ? { docker: this.#engine.version } : {}),
    };
  }

  async start(spec: EnvironmentSpec): Promise<void> {
    this.#spec = spec;
    const engine = await connectEngine();
    this.#engine = engine;
    await demandLimits(engine.docker, spec.limits);
    const { env } = process;
    const toxiproxy = await findImage(engine, { tool: 'toxiproxy-server', env }, this.#ctx);
    const nats = await findImage(engine, { tool: 'nats-server', wanted: spec.nats, env }, this.#ctx);
    this.#images = { nats, toxiproxy };
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#bringUp(spec, engine);
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
    connectLine: () => this.#connectLine(),
    journal: (record) => this.#ctx.journal(record),
    progress: (text) => this.#ctx.progress(text),
  });

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

  readonly pressure: Pressure = this.#pressure();

  readonly versionControl: Versions;

  readonly configuration: Configuration = powerOverConfiguration((node) => this.#node(node));

  async replay(record: UndoRecord): Promise<void> {
    if (record.op === 'networks.connect') return this.#reconnect(record.args);
    const { processes, linkControl: links, disk, filesystems, resources, pressure, configuration } = this;
    const deleteStream = this.#deleteStream.bind(this);
    const powers = { processes, links, disk, filesystems, resources, pressure, configuration, deleteStream };
    await replayRecord(record, powers);
  }

  bypasses(): Promise<string[]> {
    const { nodes, toxiproxyIps, observer } = this.#up();
    return findBypasses([...nodes.keys()], toxiproxyIps, observer);
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
      return [`the Docker engine at ${this.#reached().address.host} does not answer: ${reasonOf(error)}`];
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
    const left = this.#begun ? await this.#removeAll() : [];
    this.#begun = left.length > 0;
    // What servers printed last is still on its way from the engine.
    await Promise.all(containers.map((one) => one.stopLogging(true)));
    await running?.observer.close();
    await reap(this.#folder);
    return [...left, ...leftOf(this.#folder)];
  }

  /** A connection as the first user of an account. */
  async connect(servers: string[], account: string, name: string): Promise<Connection> {
    const user = this.#spec?.accounts.find((a) => a.name === account)?.users[0];
    return connect({ servers, name, ...(user ? { user: user.name, pass: user.password } : {}) });
  }

  async #bringUp(spec: EnvironmentSpec, engine: Engine): Promise<void> {
    const { runId, signal, progress, journal } = this.#ctx;
    const { host, certPath } = engine.address;
    const args = { engine: { host, certPath }, runId, folder: this.#folder };
    journal({ driver: this.kind, op: 'environment.reap', args });
    this.#begun = true;
    const tag = namePrefix(runId);
    const connect = this.connect.bind(this);
    const { nats, toxiproxy } = this.#images ?? {};
    await bringUp(
      {
        engine,
        spec,
        images: { nats: nats?.name ?? '', toxiproxy: toxiproxy?.name ?? '' },
        tag,
        ctx: this.#ctx,
        publishedOnly: this.#options.publishedOnly === true,
        folder: this.#folder,
        connect,
      },
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

  /** Its processes are beside the containers only where these are on this very machine. */
  #pressure(): Pressure {
    const workers = new PressureWorkers(() => this.#folder);
    return {
      press: (mark, load) => {
        if (!this.#up().isOnThisMachine)
          throw new ChaosError(
            'failed',
            'the containers are not on this machine: nothing here presses on them',
          );
        mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
        return workers.press(mark, load);
      },
      relieve: (mark) => workers.relieve(mark),
      look: (mark) => workers.look(mark),
    };
  }

  async #removeAll(): Promise<string[]> {
    const { docker, address } = this.#reached();
    const { runId } = this.#ctx;
    try {
      return (await reapRun(docker, runId)).left;
    } catch (error) {
      return [
        `the containers of run ${runId} could not be removed: the Docker engine at ${address.host} does not answer (${messageOf(error)})`,
      ];
    }
  }

  async #deleteStream(cluster: string, account: string, stream: string): Promise<void> {
    const servers = this.nodes().flatMap((node) => (node.cluster === cluster ? [node.client] : []));
    const connection = await this.connect(servers, account, 'nats-chaos/undo');
    try {
      await deleteStream(connection, stream);
    } finally {
      await connection.close();
    }
  }

  async #reconnect({ network, container }: Record<string, Json>): Promise<void> {
    const node = [...this.#up().nodes.values()].find(({ server }) => server.plan.name === container);
    if (!node || typeof network !== 'string')
      throw new ChaosError('failed', `there is no container ${JSON.stringify(container)} to connect`);
    await node.server.connect(network);
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

  #reached(): Engine {
    if (!this.#engine) throw new ChaosError('failed', 'no Docker engine is connected yet');
    return this.#engine;
  }

  #node(node: string): RunningNode {
    const found = this.#up().nodes.get(node);
    if (!found) throw new ChaosError('failed', `there is no node ${node}`);
    return found;
  }
}

async function removedByOthers(containers: readonly ServerContainer[]): Promise<string[]> {
  const there = await Promise.all(containers.map((one) => one.exists()));
  return containers.flatMap(({ plan }, i) =>
    there[i] === false ? [`the container ${plan.name} was removed by somebody else`] : [],
  );
}
