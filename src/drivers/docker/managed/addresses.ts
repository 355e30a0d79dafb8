import { readFileSync } from 'node:fs';
import type { NetworkHost } from './layout.ts';
import type { Network } from './networks.ts';
import { hostAddress, routedTo } from './subnets.ts';

/** How many characters of a network's id are in the name of its bridge. */
const BRIDGE_ID = 12;

/** Where a container is in a network, with its address there. */
export interface NetworkPlace {
  name: string;
  ip: string;
  aliases: string[];
}

/** The addresses of a run's networks on one engine. */
export class Addresses {
  readonly #networks: ReadonlyMap<string, Network>;

  constructor(networks: ReadonlyMap<string, Network>) {
    this.#networks = networks;
  }

  places(hosts: readonly NetworkHost[]): NetworkPlace[] {
    return hosts.map(({ network, host, aliases }) => ({
      name: network,
      ip: hostAddress(this.#network(network).block, host),
      aliases,
    }));
  }

  /** The address that one of these hosts has in a network. */
  ip(hosts: readonly NetworkHost[], network: string): string {
    const place = this.places(hosts).find(({ name }) => name === network);
    if (!place) throw new RangeError(`no address in the network ${network}`);
    return place.ip;
  }

  /**
   * Whether a bridge of this machine leads into the network, so that its containers can be reached directly. The bridge
   * is compared because an engine elsewhere may use the same addresses.
   */
  isOnThisMachine(network: string): boolean {
    const { id, block } = this.#network(network);
    try {
      const bridge = routedTo(block, readFileSync('/proc/net/route', 'utf8'));
      return bridge === `br-${id.slice(0, BRIDGE_ID)}`;
    } catch {
      return false;
    }
  }

  #network(network: string): Network {
    const found = this.#networks.get(network);
    if (!found) throw new RangeError(`there is no network ${network}`);
    return found;
  }
}
