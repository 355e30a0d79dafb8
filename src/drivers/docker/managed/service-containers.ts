import { isHealthy } from '../../../support/health-check.ts';
import { fillPlaceholders } from '../../../support/placeholders.ts';
import type { DriverContext } from '../../driver.ts';
import type { Milliseconds } from '../../../support/units.ts';
import { CHECK_MS, healthCheckOf, variablesOf } from '../../services/health.ts';
import type { ReplicaOperations } from '../../services/operations.ts';
import type { ReplicaCounts } from '../../services/counts.ts';
import { inOrder, sparesLast } from '../../services/place.ts';
import { placeholderValues } from '../../services/values.ts';
import { effectiveChanges, type ServiceSpec } from '../../spec.ts';
import type { EngineKey } from '../engine/engines.ts';
import { demandImage } from '../engine/demand-image.ts';
import type { Engine } from '../engine/engine.ts';
import { outputIn, succeedsIn } from '../engine/execute.ts';
import { labelsOf } from '../engine/labels.ts';
import type { RunEngine } from '../engine/run-engines.ts';
import type { ContainerPlan, ServerContainer } from '../engine/server-container.ts';
import type { TarEntry } from '../engine/tarball.ts';
import { resourcesOf, type EngineResources } from './engine-resources.ts';
import { hostsAt, type DockerReplica, type Layout } from './layout.ts';

/** The folder of a replica in its container. */
const DATA_PATH = '/nats-chaos/data';
/** How long a command in a container may take: an engine needs a while to start it on a busy machine. */
const COMMAND_MS: Milliseconds = 5_000;
/** An engine's own forwarder accepts connections before the program does, and ends at once those that it cannot forward. */
const FORWARDED_MS: Milliseconds = 250;

/** A replica of a service that has its addresses and its container. */
export interface RunningReplica extends DockerReplica {
  /** Name of a port → `host:port` at which the runner reaches it. */
  reachedAt: Record<string, string>;
  /** Whether it is reached at its own address; else through the engine's forwarder. */
  isNear: boolean;
  /** What its placeholders stand for now. */
  readonly values: () => Record<string, string>;
  server: ServerContainer;
}

/** The replicas of a run, and how many of them are to run. */
interface RunningReplicas {
  replicas: ReadonlyMap<string, RunningReplica>;
  counts: ReplicaCounts;
}

interface Input {
  runId: string;
  layout: Layout;
  resourcesByEngine: ReadonlyMap<EngineKey, EngineResources>;
  freePorts: boolean;
  counts: ReplicaCounts;
  readonly containerOf: (
    plan: ContainerPlan,
    runEngine: RunEngine,
    image: string,
    name: string,
  ) => ServerContainer;
}

/** The containers of services, by their replicas' addresses; not made on the engine yet. @throws ChaosError */
export async function planReplicaContainers(input: Input): Promise<Map<string, RunningReplica>> {
  const replicas: RunningReplica[] = [];
  for (const replica of sparesLast(input.layout.replicas)) replicas.push(await planReplica(input, replica));
  return new Map(inOrder(replicas).map((replica) => [replica.address, replica]));
}

async function planReplica(input: Input, replica: DockerReplica): Promise<RunningReplica> {
  const { layout, freePorts, runId } = input;
  const { address, spec, name, number, listensOn, hosts } = replica;
  const resources = resourcesOf(input.resourcesByEngine, replica.engine);
  const { runEngine, addresses, access, isNear, toxiproxy } = resources;
  const published: ContainerPlan['published'] = {};
  const reachedAt: Record<string, string> = {};
  for (const [use, inside] of Object.entries(listensOn)) {
    const first = spec.ports[use];
    const port =
      typeof first === 'number'
        ? await resources.ports.declared(
            first + number - 1,
            `${use} of ${address}`,
            freePorts || number > spec.replicas,
          )
        : await resources.ports.free();
    published[`${inside}/tcp`] = { host: runEngine.address, port };
    reachedAt[use] = isNear ? `${addresses.ip(hosts, access)}:${inside}` : `${runEngine.address}:${port}`;
  }
  const values = (): Record<string, string> =>
    placeholderValues({ ...running, folder: DATA_PATH }, layout.links, input.counts, {
      dialOf: (link) =>
        link.direct === true
          ? `${addresses.ip(hostsAt(layout, link.to), link.network)}:${link.upstreamPort}`
          : `${addresses.ip(toxiproxy?.hosts ?? [], link.network)}:${link.proxyPort}`,
      listen: '0.0.0.0',
      ownAt: (port) => `${addresses.ip(hosts, servicesNetwork(layout))}:${listensOn[port] ?? ''}`,
    });
  // Its `spec` is replaced when it is updated: placeholders are always those of the current one.
  const running = { ...replica, reachedAt, isNear, values } as RunningReplica;
  const plan: ContainerPlan = {
    name: replica.container,
    labels: labelsOf(runId, 'service', address),
    ...startOf(spec, values()),
    files: () => filesOf(running.spec.files, (text) => fillPlaceholders(text, values())),
    published,
    networks: addresses.places(hosts),
    volumes: {},
  };
  running.server = input.containerOf(plan, runEngine, spec.container?.image ?? '', name);
  return running;
}

/** What the container of a replica is made with. */
function startOf(
  { container, env }: ServiceSpec,
  values: Record<string, string>,
): Pick<ContainerPlan, 'command' | 'env'> {
  return {
    command: (container?.command ?? []).map((word) => fillPlaceholders(word, values)),
    env: Object.entries(variablesOf({ spec: { env } }, values)).map(([key, value]) => `${key}=${value}`),
  };
}

function servicesNetwork({ networks }: Layout): string {
  return networks.find(({ role }) => role === 'services')?.name ?? '';
}

/** Any user may write to the folder: who the program runs as is up to its image. */
function filesOf(files: Record<string, string>, fill: (text: string) => string): TarEntry[] {
  const data = DATA_PATH.slice(1);
  const folders = new Set(
    Object.keys(files).flatMap((path) =>
      path
        .split('/')
        .slice(0, -1)
        .map((_, i, parts) => parts.slice(0, i + 1).join('/')),
    ),
  );
  const folder = (path: string): TarEntry => ({ path: `${path}/`, mode: 0o777, content: Buffer.alloc(0) });
  return [
    folder(data),
    ...[...folders].sort().map((path) => folder(`${data}/${path}`)),
    ...Object.entries(files).map(([path, text]) => ({
      path: `${data}/${path}`,
      mode: 0o666,
      content: Buffer.from(fill(text)),
    })),
  ];
}

/**
 * @param up what runs at the moment of a call
 * @param engine the one on which all services are
 */
export function replicaContainers(
  up: () => RunningReplicas,
  engine: () => Engine,
  ctx: Pick<DriverContext, 'signal' | 'progress'>,
): ReplicaOperations<RunningReplica> {
  return {
    replicas: () => [...up().replicas.values()],
    counts: () => up().counts,
    portsOf: ({ reachedAt }) => reachedAt,
    isHealthy: isReplicaHealthy,
    outputOf: ({ server, values }, command) => {
      const filled = command.map((word) => fillPlaceholders(word, values()));
      return outputIn(server.container, filled, COMMAND_MS);
    },
    start: (replica) => replica.server.start(),
    whyDown: (replica) => replica.server.whyDown(),
    stop: (replica) => replica.server.stop(),
    renew: ({ server, spec, values }) => server.become(spec.container?.image ?? '', startOf(spec, values())),
    reload: async ({ server, spec, values }, by) => {
      await server.put(
        '/',
        filesOf(spec.files, (text) => fillPlaceholders(text, values())),
      );
      await server.signal(by);
    },
    obtain: (image) => demandImage(engine(), image, ctx),
    heeds: ({ container }) => effectiveChanges(container?.build === undefined ? 'image' : 'build'),
    signal: ctx.signal,
  };
}

/** The replicas that do not run now, in words; those that were never started are left out. */
export async function missingReplicas(
  { replicas, counts }: RunningReplicas,
  except: ReadonlySet<string> = new Set(),
): Promise<string[]> {
  const states = await Promise.all(
    [...replicas.values()]
      .filter((one) => !except.has(one.address) && counts.includes(one))
      .map(async ({ address, server }) => ({
        address,
        state: await server.state(),
        started: await server.wasStarted(),
      })),
  );
  return states.flatMap(({ address, state, started }) =>
    !started || state === 'running' ? [] : [`${address} is ${state}`],
  );
}

async function isReplicaHealthy(replica: RunningReplica): Promise<boolean> {
  const { server, reachedAt, values, isNear } = replica;
  if ((await server.state()) !== 'running') return false;
  const check = healthCheckOf(replica, reachedAt, values());
  if (check === null) return true;
  if (check.kind === 'command') return succeedsIn(server.container, check.command, COMMAND_MS);
  return isHealthy(isNear || check.kind === 'http' ? check : { ...check, openForMs: FORWARDED_MS }, CHECK_MS);
}
