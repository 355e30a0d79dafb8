import type Docker from 'dockerode';
import { until, withDeadline } from '../../support/deadline.ts';
import { ChaosError } from '../../support/errors.ts';
import type { ProcessState } from '../driver.ts';
import type { Door } from '../shared/round-trip.ts';
import { engineCall, reasonOf, tolerating } from './calls.ts';
import { LogFollower, plainLog } from './logs.ts';
import { packTar, type TarEntry } from './tarball.ts';

const GRACE_S = 10;
const GONE_MS = 10_000;
const LOG_END_MS = 2_000;
/** It is so already, or there is nothing to do it to. */
const MOOT = [304, 404, 409] as const;

/** What a container is made with, the image excepted; the first network is the one of its published ports. */
export interface ContainerPlan {
  name: string;
  labels: Record<string, string>;
  command: string[];
  /** Files that it finds when it starts. */
  files(): TarEntry[];
  /** `4222/tcp` → where on the engine's machine. */
  published: Record<string, Door>;
  networks: { name: string; ip: string; aliases: string[] }[];
  /** Volume, or absolute path of a folder of the engine's machine → where it is mounted. */
  volumes: Record<string, string>;
}

/** The container of one server: stopped, killed, frozen and started again as a process is. */
export class ServerContainer {
  readonly plan: ContainerPlan;
  readonly #docker: Docker;
  readonly #logs: LogFollower;
  /** Networks that it is kept away from, also when it is made anew. */
  readonly #away = new Set<string>();
  #image: string;

  /** @param logFile gets what the server prints */
  constructor(docker: Docker, plan: ContainerPlan, image: string, logFile: string) {
    this.#docker = docker;
    this.plan = plan;
    this.#image = image;
    this.#logs = new LogFollower(logFile);
  }

  get container(): Docker.Container {
    return this.#docker.getContainer(this.plan.name);
  }

  /** Makes the container, with its addresses in every network and its files, ready to be started. */
  async create(): Promise<void> {
    const { name, labels, command, published, networks, volumes } = this.plan;
    const [access, ...others] = networks;
    await engineCall(
      `making the container ${name}`,
      this.#docker.createContainer({
        name,
        Image: this.#image,
        Cmd: command,
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
    for (const network of others) if (!this.#away.has(network.name)) await this.#join(network);
    await this.put('/', this.plan.files());
  }

  /** Starts it unless it runs. @throws PortTaken, ChaosError */
  async start(): Promise<void> {
    const { State: before } = (await tolerating([404], this.container.inspect())) ?? {};
    if (!before)
      throw new ChaosError('failed', `the container ${this.plan.name} was removed: it cannot be started`);
    // A frozen server is running; only resuming it is of any use.
    if (before.Running) return;
    try {
      await tolerating([304], this.container.start());
    } catch (error) {
      const why = reasonOf(error);
      if (/port is already allocated|address already in use/.test(why))
        throw new PortTaken(this.plan.name, why);
      throw new ChaosError('failed', `starting ${this.plan.name}: ${why}`, { cause: error });
    }
    const since = Date.parse(before.FinishedAt);
    await this.#logs.follow(this.container, since > 0 ? (since + 1) / 1000 : 0);
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

  /** Tells one start from another; null while it is down. */
  async incarnation(): Promise<string | null> {
    const { Running: running, Pid: pid, StartedAt: startedAt } = await this.#state();
    return running ? `${pid} ${startedAt}` : null;
  }

  /** As its engine's machine counts; null while it is down. */
  async pid(): Promise<number | null> {
    const { Running: running, Pid: pid } = await this.#state();
    return running ? pid : null;
  }

  /** SIGTERM; SIGKILL when it has not gone within ten seconds. */
  async stop(): Promise<void> {
    await tolerating(MOOT, this.container.stop({ t: GRACE_S }));
    await this.#becomes('down');
  }

  async kill(): Promise<void> {
    await this.signal('SIGKILL');
    await this.#becomes('down');
  }

  /** Returns at once; a server that is down hears nothing. */
  async signal(signal: string): Promise<void> {
    await tolerating(MOOT, this.container.kill({ signal }));
  }

  async pause(): Promise<void> {
    await tolerating(MOOT, this.container.pause());
    await this.#becomes('paused');
  }

  async resume(): Promise<void> {
    if ((await this.state()) === 'paused') await tolerating([304, 404, 409, 500], this.container.unpause());
    if ((await this.state()) !== 'down') await this.#becomes('running');
  }

  /** Makes it anew from another image: same name, addresses, ports and volumes. It is down afterwards. */
  async become(image: string): Promise<void> {
    await this.#logs.ended;
    await tolerating([404], this.container.remove({ force: true }));
    this.#image = image;
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

  /** An archive of a file or folder; undefined when it is not there. */
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
    this.#away.delete(network);
  }

  /** Harmless when it is not connected. */
  async disconnect(network: string): Promise<void> {
    this.#away.add(network);
    try {
      await this.#docker.getNetwork(network).disconnect({ Container: this.plan.name, Force: true });
    } catch (error) {
      if (/is not connected/.test(reasonOf(error))) return;
      throw new ChaosError('failed', `disconnecting ${this.plan.name} from ${network}: ${reasonOf(error)}`, {
        cause: error,
      });
    }
  }

  /** Names of the networks that it is connected to just now, as the engine says. */
  async networks(): Promise<string[]> {
    const { NetworkSettings: settings } = await this.container.inspect();
    return Object.keys(settings.Networks);
  }

  /** Ends the copying of what the server prints; first waits for the end of one that is down, but not for long. */
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

  async #state(): Promise<Docker.ContainerInspectInfo['State']> {
    const seen = await tolerating([404], this.container.inspect());
    // Somebody has removed it.
    return seen?.State ?? GONE;
  }

  async #becomes(state: ProcessState): Promise<void> {
    await until(async () => (await this.state()) === state, {
      timeoutMs: GONE_MS,
      everyMs: 10,
      what: `the container ${this.plan.name} to be ${state}`,
    });
  }
}

/** Another process took a port between our choosing it and the engine's using it. */
export class PortTaken extends ChaosError {
  constructor(container: string, why: string) {
    super('unavailable', `${container} cannot publish its ports: ${why}`, {
      hint: 'stop what uses the port, declare other ports in the environment, or run with --free-ports',
    });
  }
}

const GONE = {
  Status: 'removed',
  Running: false,
  Paused: false,
  Pid: 0,
  StartedAt: '',
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
