import type Docker from 'dockerode';
import { until, withDeadline } from '../../../support/deadline.ts';
import { ChaosError } from '../../../support/errors.ts';
import type { EndRequest, ProcessState } from '../../driver.ts';
import { lastLinesOf } from '../../servers/last-lines.ts';
import type { EntryPoint } from '../../links/round-trip.ts';
import { engineCall, reasonOf, tolerating } from './calls.ts';
import { ContainerLife, type ContainerExit } from './container-life.ts';
import { LogFollower, plainLog } from './logs.ts';
import { packTar, type TarEntry } from './tarball.ts';

const GRACE_S = 10;
const REMOVED_MS = 10_000;
const LOG_END_MS = 2_000;
/** Enough to contain the reason of an end even when a dump of all goroutines follows it. */
const LAST_LINES = 5_000;
/** The container is in that state already, or does not exist. */
const ALREADY_SO = [304, 404, 409] as const;

/** What a container is made with, the image excepted; the first network is the one of its published ports. */
export interface ContainerPlan {
  name: string;
  labels: Record<string, string>;
  command: string[];
  /** `NAME=value` beside the variables of the image. Left out: none. */
  env?: string[];
  /** Files that it finds when it starts. */
  files(): TarEntry[];
  /** `4222/tcp` → where on the engine's machine. */
  published: Record<string, EntryPoint>;
  networks: { name: string; ip: string; aliases: string[] }[];
  /** Volume, or absolute path of a folder of the engine's machine → where it is mounted. */
  volumes: Record<string, string>;
}

/** The container of one server, which can be stopped, killed, paused and started like a process. */
export class ServerContainer {
  readonly #docker: Docker;
  readonly #logs: LogFollower;
  /** Networks that it is disconnected from, also after it is recreated. */
  readonly #disconnectedFrom = new Set<string>();
  readonly #life = new ContainerLife();
  #observing: Promise<void> = Promise.resolve();
  #plan: ContainerPlan;
  #image: string;

  /** @param logFile gets what the server prints */
  constructor(docker: Docker, plan: ContainerPlan, image: string, logFile: string) {
    this.#docker = docker;
    this.#plan = plan;
    this.#image = image;
    this.#logs = new LogFollower(logFile);
  }

  get plan(): ContainerPlan {
    return this.#plan;
  }

  get container(): Docker.Container {
    return this.#docker.getContainer(this.plan.name);
  }

  /** Makes the container, with its addresses in every network and its files, ready to be started. */
  async create(): Promise<void> {
    const { name, labels, command, env, published, networks, volumes } = this.plan;
    const [access, ...others] = networks;
    await engineCall(
      `making the container ${name}`,
      this.#docker.createContainer({
        name,
        Image: this.#image,
        ...(command.length > 0 && { Cmd: command }),
        ...(env && { Env: env }),
        Labels: labels,
        ExposedPorts: Object.fromEntries(Object.keys(published).map((port) => [port, {}])),
        HostConfig: {
          NetworkMode: access?.name ?? 'none',
          PortBindings: Object.fromEntries(
            Object.entries(published).map(([inside, { host, port }]) => [
              inside,
              [{ HostIp: host, HostPort: String(port) }],
            ]),
          ),
          Mounts: Object.entries(volumes).map(([source, target]) => mountOf(source, target, labels)),
          // Whatever the engine does with logs by default: these are read.
          LogConfig: { Type: 'json-file', Config: {} },
        },
        NetworkingConfig: { EndpointsConfig: access ? { [access.name]: endpoint(access) } : {} },
      }),
    );
    for (const network of others) if (!this.#disconnectedFrom.has(network.name)) await this.#join(network);
    await this.put('/', this.plan.files());
  }

  /** Starts it unless it runs. @throws PortTaken, ChaosError */
  async start(): Promise<void> {
    const { State: before } = (await tolerating([404], this.container.inspect())) ?? {};
    if (!before)
      throw new ChaosError('failed', `the container ${this.plan.name} was removed: it cannot be started`);
    // A paused container counts as running; it must be resumed, not started.
    if (before.Running) return;
    await this.#observeLife();
    this.#life.starting();
    try {
      await tolerating([304], this.container.start());
    } catch (error) {
      const why = reasonOf(error);
      if (/port is already allocated|address already in use/.test(why))
        throw new PortTaken(this.plan.name, why);
      throw new ChaosError('failed', `starting ${this.plan.name}: ${why}`, { cause: error });
    } finally {
      this.#life.started();
    }
    const since = Date.parse(before.FinishedAt);
    await this.#logs.follow(this.container, since > 0 ? (since + 1) / 1000 : 0);
  }

  /** Whether it has ever been started. */
  async wasStarted(): Promise<boolean> {
    return (await this.#state()).Status !== 'created';
  }

  async exists(): Promise<boolean> {
    return (await tolerating([404], this.container.inspect())) !== undefined;
  }

  async state(): Promise<ProcessState> {
    const { Running: running, Paused: paused } = await this.#state();
    if (!running) return 'down';
    return paused ? 'paused' : 'running';
  }

  /** Why it is down, in words, with the last line that it printed; null while it is not. */
  async whyDown(): Promise<string | null> {
    const { Running: running, ExitCode: code, Error: problem, Status: status } = await this.#state();
    if (running) return null;
    if (status === 'created') return problem === '' ? 'not started yet' : problem;
    const log = await this.container
      .logs({ stdout: true, stderr: true, tail: 1 })
      .catch(() => Buffer.alloc(0));
    const words = plainLog(log).trim();
    return `exited with ${code}${words === '' ? '' : `, saying: ${words}`}`;
  }

  /** Identifies one start of it; null while it is down. */
  async incarnation(): Promise<string | null> {
    const { Running: running, Pid: pid, StartedAt: startedAt } = await this.#state();
    return running ? `${pid} ${startedAt}` : null;
  }

  /** The process id on the engine's machine; null while it is down. */
  async pid(): Promise<number | null> {
    const { Running: running, Pid: pid } = await this.#state();
    return running ? pid : null;
  }

  /** Every end of it observed so far. */
  async exits(): Promise<readonly ContainerExit[]> {
    await this.#observeLife();
    return this.#life.exits;
  }

  /** SIGTERM; SIGKILL when it has not ended within ten seconds. */
  async stop(): Promise<void> {
    await this.#ask('stop');
    await tolerating(ALREADY_SO, this.container.stop({ t: GRACE_S }));
    await this.#becomes('down');
  }

  async kill(): Promise<void> {
    await this.#ask('kill');
    await this.signal('SIGKILL');
    await this.#becomes('down');
  }

  /** SIGUSR2; returns at once. */
  async lameDuck(): Promise<void> {
    await this.#ask('lame-duck');
    await this.signal('SIGUSR2');
  }

  /** Returns at once; without effect on a server that is down. */
  async signal(signal: string): Promise<void> {
    await tolerating(ALREADY_SO, this.container.kill({ signal }));
  }

  async pause(): Promise<void> {
    await tolerating(ALREADY_SO, this.container.pause());
    await this.#becomes('paused');
  }

  async resume(): Promise<void> {
    if ((await this.state()) === 'paused') await tolerating([304, 404, 409, 500], this.container.unpause());
    if ((await this.state()) !== 'down') await this.#becomes('running');
  }

  /**
   * Recreates it from an image, with the same name, addresses, ports and volumes, and with another command and variables
   * where these are given. It is down afterwards.
   */
  async become(image: string, change: Pick<ContainerPlan, 'command' | 'env'> | null = null): Promise<void> {
    await this.#logs.ended;
    await this.#observeLife();
    this.#life.starting();
    await tolerating([404], this.container.remove({ force: true }));
    this.#image = image;
    if (change !== null) this.#plan = { ...this.#plan, ...change };
    await this.create();
  }

  /** Puts files into a folder of the container. */
  async put(folder: string, entries: readonly TarEntry[]): Promise<void> {
    await this.putArchive(folder, packTar(entries));
  }

  async putArchive(folder: string, archive: Buffer | NodeJS.ReadableStream): Promise<void> {
    await engineCall(
      `writing to ${folder} of ${this.plan.name}`,
      this.container.putArchive(archive, { path: folder }),
    );
  }

  /** An archive of a file or folder; undefined when it does not exist. */
  getArchive(path: string): Promise<NodeJS.ReadableStream | undefined> {
    return engineCall(
      `reading ${path} of ${this.plan.name}`,
      tolerating([404], this.container.getArchive({ path })),
    );
  }

  /** Connects it to a network that it belongs to, with its own address there. Harmless when it is connected. */
  async connect(network: string): Promise<void> {
    const place = this.plan.networks.find(({ name }) => name === network);
    if (!place) throw new ChaosError('failed', `${this.plan.name} does not belong to the network ${network}`);
    await this.#join(place);
    this.#disconnectedFrom.delete(network);
  }

  /** Harmless when it is not connected. */
  async disconnect(network: string): Promise<void> {
    this.#disconnectedFrom.add(network);
    try {
      await this.#docker.getNetwork(network).disconnect({ Container: this.plan.name, Force: true });
    } catch (error) {
      if (/is not connected/.test(reasonOf(error))) return;
      throw new ChaosError('failed', `disconnecting ${this.plan.name} from ${network}: ${reasonOf(error)}`, {
        cause: error,
      });
    }
  }

  /** Names of the networks that it is connected to now, as the engine reports. */
  async networks(): Promise<string[]> {
    const { NetworkSettings: settings } = await this.container.inspect();
    return Object.keys(settings.Networks);
  }

  /** Stops copying the server's output; if it is down, first waits briefly for the rest of the output. */
  async stopLogging(isDown: boolean): Promise<void> {
    if (isDown) await withDeadline(this.#logs.ended, LOG_END_MS, 'the rest of a log').catch(() => undefined);
    this.#logs.stop();
  }

  async #join(place: ContainerPlan['networks'][number]): Promise<void> {
    try {
      await this.#docker
        .getNetwork(place.name)
        .connect({ Container: this.plan.name, EndpointConfig: endpoint(place) });
    } catch (error) {
      if (/already exists in network|is already attached/.test(reasonOf(error))) return;
      throw new ChaosError('failed', `connecting ${this.plan.name} to ${place.name}: ${reasonOf(error)}`, {
        cause: error,
      });
    }
  }

  /** Records the request, so that an end from now on counts as requested, unless it has already ended. */
  async #ask(request: EndRequest): Promise<void> {
    await this.#observeLife();
    this.#life.endRequested(request);
  }

  /** Not concurrently, so that an end becomes known only together with its last lines. */
  #observeLife(): Promise<void> {
    const turn = this.#observing.then(() => this.#observeLifeOnce());
    this.#observing = turn.catch(() => undefined);
    return turn;
  }

  async #observeLifeOnce(): Promise<void> {
    const seen = await tolerating([404], this.container.inspect());
    const exit = this.#life.observed({ ...(seen?.State ?? REMOVED), restartCount: seen?.RestartCount ?? 0 });
    if (exit === undefined) return;
    if (seen) exit.lastLines.push(...(await this.#lastLines(seen.State.StartedAt)));
    else exit.lastLines.push(this.#removedText());
  }

  /** The last output of a container that is down, since its last start: it may have ended before. */
  async #lastLines(startedAt: string): Promise<string[]> {
    const since = Date.parse(startedAt) / 1000;
    const log = await this.container
      .logs({ stdout: true, stderr: true, tail: LAST_LINES, ...(since > 0 ? { since } : {}) })
      .catch(() => Buffer.alloc(0));
    const lines = lastLinesOf(plainLog(log));
    // One that ends only to be removed loses its log first.
    const isGoing = lines.length === 0 && (await this.#state()).Status !== 'exited';
    return isGoing ? [this.#removedText()] : lines;
  }

  #removedText(): string {
    return `the container ${this.plan.name} was removed by somebody else`;
  }

  async #state(): Promise<Docker.ContainerInspectInfo['State']> {
    const seen = await tolerating([404], this.container.inspect());
    // Somebody has removed it.
    return seen?.State ?? REMOVED;
  }

  async #becomes(state: ProcessState): Promise<void> {
    await until(async () => (await this.state()) === state, {
      timeoutMs: REMOVED_MS,
      everyMs: 10,
      what: `the container ${this.plan.name} to be ${state}`,
    });
  }
}

/** Another process took a port after we chose it and before the engine used it. */
export class PortTaken extends ChaosError {
  constructor(container: string, why: string) {
    super('unavailable', `${container} cannot publish its ports: ${why}`, {
      hint: 'stop what uses the port, declare other ports in the environment, or run with --free-ports',
    });
  }
}

const REMOVED = {
  Status: 'removed',
  Running: false,
  Paused: false,
  Pid: 0,
  OOMKilled: false,
  StartedAt: '',
  FinishedAt: '',
  ExitCode: 0,
  Error: 'the container was removed',
} as Docker.ContainerInspectInfo['State'];

function mountOf(Source: string, Target: string, Labels: Record<string, string>): Docker.MountSettings {
  if (Source.startsWith('/')) return { Type: 'bind', Source, Target };
  const VolumeOptions = { NoCopy: true, Labels, DriverConfig: { Name: 'local', Options: {} } };
  return { Type: 'volume', Source, Target, VolumeOptions };
}

function endpoint({ ip, aliases }: { ip: string; aliases: string[] }): Docker.EndpointSettings {
  return { IPAMConfig: { IPv4Address: ip }, Aliases: aliases };
}
