import { until } from '../../../support/deadline.ts';
import { ChaosError } from '../../../support/errors.ts';
import type { HarnessProblem } from '../../driver.ts';
import { noProxy, Proxies } from '../../links/proxies.ts';
import { proxyProblem } from '../../links/proxy-problem.ts';
import type { EntryPoint } from '../../links/round-trip.ts';
import { resourcesOf, type EngineResources } from './engine-resources.ts';
import { labelsOf } from '../engine/labels.ts';
import { hostsAt, TOXIPROXY_API, type DockerLink, type Layout, type ToxiproxyPlan } from './layout.ts';
import type { EngineKey } from '../engine/engines.ts';
import type { ContainerPlan, ServerContainer } from '../engine/server-container.ts';
import type { RunEngine } from '../engine/run-engines.ts';

const START_MS = 15_000;
const PROXIES_PATH = '/nats-chaos/toxiproxy.json';

/** The Toxiproxy of one engine, in a container that is in every network there. */
export interface ToxiproxyContainer {
  engine: EngineKey;
  server: ServerContainer;
  proxies: Proxies;
  /** The links that have their proxies here. */
  links: DockerLink[];
  /** How many proxies there are: entrances for links from other engines count as well. */
  size: number;
  /** Its addresses: a server here that is connected to any other address bypasses it. */
  ips: string[];
  /** Where connections of our own reach a link's proxy. */
  entryPointOf: (link: DockerLink) => EntryPoint;
}

interface Input {
  runId: string;
  layout: Layout;
  resourcesByEngine: ReadonlyMap<EngineKey, EngineResources>;
  readonly containerOf: (plan: ContainerPlan, runEngine: RunEngine) => ServerContainer;
}

/** @returns what is not made on the engines yet */
export async function planToxiproxies(input: Input): Promise<ToxiproxyContainer[]> {
  const entryPoints = new Map<EngineKey, Map<number, EntryPoint>>();
  const { layout, resourcesByEngine } = input;
  for (const { engine } of layout.toxiproxies)
    entryPoints.set(engine, await publishedEntryPoints(layout, resourcesOf(resourcesByEngine, engine)));
  return layout.toxiproxies.map((plan) => planToxiproxy(input, plan, entryPoints));
}

/** By ports inside the container. Ports that other engines send to are always published. */
async function publishedEntryPoints(
  { links }: Layout,
  { isNear, ports, runEngine }: EngineResources,
): Promise<Map<number, EntryPoint>> {
  const portsOf = (some: readonly DockerLink[]): number[] => some.map(({ proxyPort }) => proxyPort);
  const own = portsOf(proxiedOn(links, runEngine.key));
  const entrances = portsOf(links.filter((link) => link.entrance?.engine === runEngine.key));
  const entryPoints = new Map<number, EntryPoint>();
  for (const inside of [...(isNear ? [] : [TOXIPROXY_API, ...own]), ...entrances])
    entryPoints.set(inside, { host: runEngine.address, port: await ports.free() });
  return entryPoints;
}

function planToxiproxy(
  { runId, layout, resourcesByEngine, containerOf }: Input,
  { engine, name, hosts }: ToxiproxyPlan,
  entryPoints: ReadonlyMap<EngineKey, ReadonlyMap<number, EntryPoint>>,
): ToxiproxyContainer {
  const { runEngine, addresses, access, isNear } = resourcesOf(resourcesByEngine, engine);
  const published = entryPoints.get(engine) ?? new Map<number, EntryPoint>();
  const entryPointTo = (port: number): EntryPoint => {
    if (isNear) return { host: addresses.ip(hosts, access), port };
    return published.get(port) ?? { host: runEngine.address, port: 0 };
  };
  const own = proxiedOn(layout.links, engine);
  const entrances = layout.links.filter((link) => link.entrance?.engine === engine);
  /** To the entrance on the engine of the dialled node, or to the node itself when it is on this engine. */
  const endsOf = (link: DockerLink) => {
    const listen = `0.0.0.0:${link.proxyPort}`;
    if (link.entrance !== undefined && link.engine === engine) {
      const { host, port } = entryPoints.get(link.entrance.engine)?.get(link.proxyPort) ?? {
        host: '',
        port: 0,
      };
      return { listen, upstream: `${host}:${port}` };
    }
    const to = hostsAt(layout, link.to);
    const ip = addresses.ip(to, link.entrance?.network ?? link.network);
    return { listen, upstream: `${ip}:${link.upstreamPort}` };
  };
  const server = containerOf(
    {
      name,
      labels: labelsOf(runId, 'toxiproxy'),
      command: ['-host', '0.0.0.0', '-port', String(TOXIPROXY_API), '-config', PROXIES_PATH],
      files: () => {
        const content = [...own, ...entrances].map((link) => ({
          name: link.id,
          ...endsOf(link),
          enabled: true,
        }));
        return [{ path: PROXIES_PATH.slice(1), mode: 0o600, content: Buffer.from(JSON.stringify(content)) }];
      },
      published: Object.fromEntries(
        [...published].map(([inside, entryPoint]) => [`${inside}/tcp`, entryPoint]),
      ),
      networks: addresses.places(hosts),
      volumes: {},
    },
    runEngine,
  );
  const api = entryPointTo(TOXIPROXY_API);
  return {
    engine,
    server,
    proxies: new Proxies({
      api: `http://${api.host}:${api.port}`,
      endsOf: (id) => endsOf(linkAt(own, id)),
      whyDown: () => server.whyDown(),
    }),
    links: own,
    size: own.length + entrances.length,
    ips: addresses.places(hosts).map(({ ip }) => ip),
    entryPointOf: ({ proxyPort }) => entryPointTo(proxyPort),
  };
}

/** Returns once every proxy listens. @throws ChaosError, PortTaken */
export async function startToxiproxy(
  { server, proxies, size }: ToxiproxyContainer,
  signal: AbortSignal,
): Promise<void> {
  await server.start();
  await until(
    async () => {
      const why = await server.whyDown();
      if (why !== null) throw new ToxiproxyDown(why);
      return (await proxies.all()).length === size;
    },
    {
      timeoutMs: START_MS,
      everyMs: 10,
      signal,
      what: `start of Toxiproxy with ${size} proxies`,
      fatal: (error) => error instanceof ToxiproxyDown,
    },
  );
}

/** The problem of one of them; null when all of them work. */
export async function proxiesProblem(
  toxiproxies: readonly ToxiproxyContainer[],
): Promise<HarnessProblem | null> {
  const problems = await Promise.all(
    toxiproxies.map(async ({ server, proxies }) => {
      const why = await server.whyDown();
      if (why === null) return proxyProblem(proxies, null);
      const exit = (await server.exits()).at(-1);
      const problem = await proxyProblem(proxies, { why, ...(exit === undefined ? {} : { since: exit.at }) });
      return problem !== null && exit?.code === 0 ? stoppedByEngine(problem) : problem;
    }),
  );
  return problems.find((problem) => problem !== null) ?? null;
}

/**
 * An engine that ends, or is restarted, asks its containers to end first, and by the next look it may be back: an orderly end
 * is all that tells of it.
 */
function stoppedByEngine(problem: HarnessProblem): HarnessProblem {
  const text = `${problem.text}; it was asked to end, as when the Docker engine is stopped or restarted`;
  return { ...problem, part: 'engine', text };
}

/** The links that have their proxies on an engine. */
function proxiedOn(links: readonly DockerLink[], engine: EngineKey): DockerLink[] {
  return links.filter((link) => link.engine === engine && link.direct !== true);
}

class ToxiproxyDown extends ChaosError {
  constructor(why: string) {
    super('not-ready', `Toxiproxy ${why}`);
  }
}

export function linkAt(links: readonly DockerLink[], id: string): DockerLink {
  const link = links.find((one) => one.id === id);
  return link ?? noProxy(id);
}
