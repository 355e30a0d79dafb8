import { until } from '../../support/deadline.ts';
import { ChaosError } from '../../support/errors.ts';
import { Proxies } from '../shared/proxies.ts';
import type { Door } from '../shared/round-trip.ts';
import { groundOf, type Ground } from './grounds.ts';
import { labelsOf } from './labels.ts';
import { TOXIPROXY_API, type DockerLink, type DockerNode, type Layout } from './layout.ts';
import type { EngineKey } from './engines.ts';
import type { ContainerPlan, ServerContainer } from './server-container.ts';
import type { Site } from './sites.ts';

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
  /** Its addresses: a server here that is connected to any other goes round it. */
  ips: string[];
  /** Where connections of our own reach a link's proxy. */
  doorOf: (link: DockerLink) => Door;
}

interface Input {
  runId: string;
  layout: Layout;
  grounds: ReadonlyMap<EngineKey, Ground>;
  readonly containerOf: (plan: ContainerPlan, site: Site) => ServerContainer;
}

/** @returns what is not made on the engines yet */
export async function planToxiproxies(input: Input): Promise<ToxiproxyContainer[]> {
  const doors = new Map<EngineKey, Map<number, Door>>();
  for (const [engine, ground] of input.grounds)
    doors.set(engine, await publishedDoors(input.layout, engine, ground));
  return [...input.grounds.keys()].map((engine) => planToxiproxy(input, engine, doors));
}

/** By ports inside of the container; what other engines send to is published wherever that is. */
async function publishedDoors(
  { links }: Layout,
  engine: EngineKey,
  { isNear, ports, site }: Ground,
): Promise<Map<number, Door>> {
  const own = links.filter((link) => link.engine === engine).map(({ proxyPort }) => proxyPort);
  const entrances = links
    .filter((link) => link.entrance?.engine === engine)
    .map(({ proxyPort }) => proxyPort);
  const doors = new Map<number, Door>();
  for (const inside of [...(isNear ? [] : [TOXIPROXY_API, ...own]), ...entrances])
    doors.set(inside, { host: site.address, port: await ports.free() });
  return doors;
}

function planToxiproxy(
  { runId, layout, grounds, containerOf }: Input,
  engine: EngineKey,
  doors: ReadonlyMap<EngineKey, ReadonlyMap<number, Door>>,
): ToxiproxyContainer {
  const { site, addresses, access, isNear, toxiproxy } = groundOf(grounds, engine);
  const { name, hosts } = toxiproxy;
  const published = doors.get(engine) ?? new Map<number, Door>();
  const doorTo = (port: number): Door => {
    if (isNear) return { host: addresses.ip(hosts, access), port };
    return published.get(port) ?? { host: site.address, port: 0 };
  };
  const own = layout.links.filter((link) => link.engine === engine);
  const entrances = layout.links.filter((link) => link.entrance?.engine === engine);
  /** Through the entrance on the engine of the node that is dialled, or to the node itself when it is on this one. */
  const endsOf = (link: DockerLink) => {
    const listen = `0.0.0.0:${link.proxyPort}`;
    if (link.entrance !== undefined && link.engine === engine) {
      const { host, port } = doors.get(link.entrance.engine)?.get(link.proxyPort) ?? { host: '', port: 0 };
      return { listen, upstream: `${host}:${port}` };
    }
    const to = nodeAt(layout, link.to).hosts;
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
      published: Object.fromEntries([...published].map(([inside, door]) => [`${inside}/tcp`, door])),
      networks: addresses.places(hosts),
      volumes: {},
    },
    site,
  );
  const api = doorTo(TOXIPROXY_API);
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
    doorOf: ({ proxyPort }) => doorTo(proxyPort),
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

class ToxiproxyDown extends ChaosError {
  constructor(why: string) {
    super('not-ready', `Toxiproxy ${why}`);
  }
}

export function linkAt(links: readonly DockerLink[], id: string): DockerLink {
  const link = links.find((one) => one.id === id);
  if (!link) throw new ChaosError('failed', `there is no proxy for the link ${id}`);
  return link;
}

function nodeAt({ nodes }: Layout, address: string): DockerNode {
  const node = nodes.find((one) => one.address === address);
  if (!node) throw new RangeError(`there is no node ${address}`);
  return node;
}
