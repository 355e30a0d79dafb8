import { until } from '../../support/deadline.ts';
import { ChaosError } from '../../support/errors.ts';
import type { PortHold } from '../shared/ports.ts';
import { Proxies } from '../shared/proxies.ts';
import type { Door } from '../shared/round-trip.ts';
import { HOST } from '../shared/topology.ts';
import type { Addresses } from './addresses.ts';
import { labelsOf } from './labels.ts';
import { TOXIPROXY_API, type DockerLink, type Layout } from './layout.ts';
import { type ServerContainer, type ContainerPlan } from './server-container.ts';

const START_MS = 15_000;
const PROXIES_PATH = '/nats-chaos/toxiproxy.json';

/** The Toxiproxy of a run, with a proxy for each link, in a container that is in every network. */
export interface ToxiproxyContainer {
  server: ServerContainer;
  proxies: Proxies;
  /** Its addresses: a server that is connected to any other goes round it. */
  ips: string[];
  /** Where connections of our own reach a link's proxy. */
  doorOf: (link: string) => Door;
}

interface Input {
  runId: string;
  layout: Layout;
  addresses: Addresses;
  ports: PortHold;
  /** Whether it is reached at its own addresses; else at published ports. */
  isNear: boolean;
  readonly containerOf: (plan: ContainerPlan) => ServerContainer;
}

/** @returns what is not made on the engine yet */
export async function planToxiproxy(input: Input): Promise<ToxiproxyContainer> {
  const { layout, addresses, ports, isNear } = input;
  const { name, hosts } = layout.toxiproxy;
  const access = layout.networks.find(({ role }) => role === 'access')?.name ?? '';
  const published = new Map<number, number>();
  if (!isNear) {
    for (const port of [TOXIPROXY_API, ...layout.links.map(({ proxyPort }) => proxyPort)])
      published.set(port, await ports.free());
  }
  const doorTo = (port: number): Door =>
    isNear ? { host: addresses.ip(hosts, access), port } : { host: HOST, port: published.get(port) ?? 0 };
  const endsOf = (id: string) => {
    const link = linkOf(layout, id);
    const to = layout.nodes.find(({ address }) => address === link.to)?.hosts ?? [];
    return {
      listen: `0.0.0.0:${link.proxyPort}`,
      upstream: `${addresses.ip(to, link.network)}:${link.upstreamPort}`,
    };
  };
  const server = input.containerOf({
    name,
    labels: labelsOf(input.runId, 'toxiproxy'),
    command: ['-host', '0.0.0.0', '-port', String(TOXIPROXY_API), '-config', PROXIES_PATH],
    files: () => {
      const content = layout.links.map(({ id }) => ({ name: id, ...endsOf(id), enabled: true }));
      return [{ path: PROXIES_PATH.slice(1), mode: 0o600, content: Buffer.from(JSON.stringify(content)) }];
    },
    published: Object.fromEntries([...published].map(([inside, port]) => [`${inside}/tcp`, port])),
    networks: addresses.places(hosts),
    volumes: {},
  });
  const api = doorTo(TOXIPROXY_API);
  return {
    server,
    proxies: new Proxies({
      api: `http://${api.host}:${api.port}`,
      endsOf,
      whyDown: () => server.whyDown(),
    }),
    ips: addresses.places(hosts).map(({ ip }) => ip),
    doorOf: (id) => doorTo(linkOf(layout, id).proxyPort),
  };
}

/** Returns once every proxy listens. @throws ChaosError, PortTaken */
export async function startToxiproxy(
  { server, proxies }: ToxiproxyContainer,
  links: number,
  signal: AbortSignal,
): Promise<void> {
  await server.start();
  await until(
    async () => {
      const why = await server.whyDown();
      if (why !== null) throw new ToxiproxyDown(why);
      return (await proxies.all()).length === links;
    },
    {
      timeoutMs: START_MS,
      everyMs: 10,
      signal,
      what: `start of Toxiproxy with ${links} proxies`,
      fatal: (error) => error instanceof ToxiproxyDown,
    },
  );
}

class ToxiproxyDown extends ChaosError {
  constructor(why: string) {
    super('not-ready', `Toxiproxy ${why}`);
  }
}

function linkOf(layout: Layout, id: string): DockerLink {
  const link = layout.links.find((one) => one.id === id);
  if (!link) throw new ChaosError('failed', `there is no proxy for the link ${id}`);
  return link;
}
