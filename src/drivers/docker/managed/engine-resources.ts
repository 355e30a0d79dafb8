import type { PortHold } from '../../servers/ports.ts';
import { HOST } from '../../servers/topology.ts';
import { Addresses } from './addresses.ts';
import type { Layout, NetworkHost } from './layout.ts';
import type { EngineKey } from '../engine/engines.ts';
import { makeNetworks } from './networks.ts';
import type { RunEngine } from '../engine/run-engines.ts';

/** What an engine offers to the containers of a run: networks, addresses, and ports to publish. */
export interface EngineResources {
  runEngine: RunEngine;
  addresses: Addresses;
  /** The network of the published ports. */
  access: string;
  /** Left out: no link has a proxy here. */
  toxiproxy?: { name: string; hosts: NetworkHost[] };
  /** Whether its containers are reached at their own addresses; else at published ports. */
  isNear: boolean;
  ports: Pick<PortHold, 'free' | 'declared'>;
}

interface Input {
  layout: Layout;
  runEngines: readonly RunEngine[];
  runId: string;
  ports: PortHold;
  /** Reach everything at published ports even where containers' own addresses can be reached. */
  publishedOnly: boolean;
}

/** Makes the networks of a run on all of its engines. @throws ChaosError */
export async function makeEngineResources(input: Input): Promise<Map<EngineKey, EngineResources>> {
  const { layout, runEngines, runId, ports, publishedOnly } = input;
  const resourcesByEngine = new Map<EngineKey, EngineResources>();
  for (const runEngine of runEngines) {
    const plans = layout.networks.filter(({ engine }) => engine === runEngine.key);
    const access = plans.find(({ role }) => role === 'access')?.name ?? '';
    const toxiproxy = layout.toxiproxies.find(({ engine }) => engine === runEngine.key);
    const addresses = new Addresses(await makeNetworks(runEngine.engine.docker, plans, runId));
    resourcesByEngine.set(runEngine.key, {
      runEngine,
      addresses,
      access,
      ...(toxiproxy && { toxiproxy }),
      isNear: !publishedOnly && addresses.isOnThisMachine(access),
      ports: runEngine.address === HOST ? ports : portsElsewhere(ports),
    });
  }
  return resourcesByEngine;
}

export function resourcesOf(
  resourcesByEngine: ReadonlyMap<EngineKey, EngineResources>,
  engine: EngineKey,
): EngineResources {
  const resources = resourcesByEngine.get(engine);
  if (!resources) throw new RangeError(`there is no engine ${engine}`);
  return resources;
}

/** A port on another machine cannot be held from here; whether it is taken shows when the engine publishes it. */
function portsElsewhere(ports: PortHold): EngineResources['ports'] {
  return {
    free: () => ports.free(),
    declared: (port, _what, substitute) => (substitute ? ports.free() : Promise.resolve(port)),
  };
}
