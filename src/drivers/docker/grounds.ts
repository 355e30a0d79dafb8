import type { PortHold } from '../shared/ports.ts';
import { HOST } from '../shared/topology.ts';
import { Addresses } from './addresses.ts';
import type { Layout, NetworkHost } from './layout.ts';
import type { EngineKey } from './engines.ts';
import { makeNetworks } from './networks.ts';
import type { Site } from './sites.ts';

/** What there is on one engine for containers to be planned: networks, addresses, and ports to publish. */
export interface Ground {
  site: Site;
  addresses: Addresses;
  /** The network of the published ports. */
  access: string;
  toxiproxy: { name: string; hosts: NetworkHost[] };
  /** Whether its containers are reached at their own addresses; else at published ports. */
  isNear: boolean;
  ports: Pick<PortHold, 'free' | 'declared'>;
}

interface Input {
  layout: Layout;
  sites: readonly Site[];
  runId: string;
  ports: PortHold;
  /** Reach everything at published ports even where containers' own addresses can be reached. */
  publishedOnly: boolean;
}

/** Makes the networks of a run on all of its engines. @throws ChaosError */
export async function makeGrounds(input: Input): Promise<Map<EngineKey, Ground>> {
  const { layout, sites, runId, ports, publishedOnly } = input;
  const grounds = new Map<EngineKey, Ground>();
  for (const site of sites) {
    const plans = layout.networks.filter(({ engine }) => engine === site.key);
    const access = plans.find(({ role }) => role === 'access')?.name ?? '';
    const toxiproxy = layout.toxiproxies.find(({ engine }) => engine === site.key);
    const addresses = new Addresses(await makeNetworks(site.engine.docker, plans, runId));
    grounds.set(site.key, {
      site,
      addresses,
      access,
      toxiproxy: toxiproxy ?? { name: '', hosts: [] },
      isNear: !publishedOnly && addresses.isOnThisMachine(access),
      ports: site.address === HOST ? ports : portsElsewhere(ports),
    });
  }
  return grounds;
}

export function groundOf(grounds: ReadonlyMap<EngineKey, Ground>, engine: EngineKey): Ground {
  const ground = grounds.get(engine);
  if (!ground) throw new RangeError(`there is no engine ${engine}`);
  return ground;
}

/** Nobody here can hold a port of another address: whether one is taken is found out when the engine publishes it. */
function portsElsewhere(ports: PortHold): Ground['ports'] {
  return {
    free: () => ports.free(),
    declared: (port, _what, substitute) => (substitute ? ports.free() : Promise.resolve(port)),
  };
}
