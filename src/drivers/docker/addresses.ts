import { readFileSync } from 'node:fs';
import type { NetworkHost } from './layout.ts';
import { hostAddress, routedTo, type Block } from './subnets.ts';

/** Where a container is in a network, with its address there. */
export interface NetworkPlace {
  name: string;
  ip: string;
  aliases: string[];
}

/** The addresses of a run's networks. */
export class Addresses {
  readonly #blocks: ReadonlyMap<string, Block>;

  constructor(blocks: ReadonlyMap<string, Block>) {
    this.#blocks = blocks;
  }

  places(hosts: readonly NetworkHost[]): NetworkPlace[] {
    return hosts.map(({ network, host, aliases }) => ({
      name: network,
      ip: hostAddress(this.#block(network), host),
      aliases,
    }));
  }

  /** The address that one of these hosts has in a network. */
  ip(hosts: readonly NetworkHost[], network: string): string {
    const place = this.places(hosts).find(({ name }) => name === network);
    if (!place) throw new RangeError(`no address in the network ${network}`);
    return place.ip;
  }

  /** Whether a bridge of this very machine leads into the network: then its containers are reached directly. */
  isOnThisMachine(network: string): boolean {
    try {
      return /^br-/.test(routedTo(this.#block(network), readFileSync('/proc/net/route', 'utf8')) ?? '');
    } catch {
      return false;
    }
  }

  #block(network: string): Block {
    const block = this.#blocks.get(network);
    if (!block) throw new RangeError(`there is no network ${network}`);
    return block;
  }
}
