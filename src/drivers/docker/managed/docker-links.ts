import type { Milliseconds } from '../../../support/units.ts';
import type { UndoRecord } from '../../../support/undo-record.ts';
import type { LinkEffect, LinkControl, LinkProbe, LinkDirection } from '../../capabilities/link-control.ts';
import type { LinkInfo } from '../../driver.ts';
import type { Opening } from '../../tls/server-tls.ts';
import { ProxyLinks } from '../../links/proxy-links.ts';
import type { RunningContainers } from './bring-up.ts';
import type { RunningNode } from './docker-node.ts';
import { Turns } from '../../system/turns.ts';

interface DockerLinksOptions {
  /** What runs at the moment of a call. */
  up(): RunningContainers;
  /** The first line that a client of a cluster sends. */
  connectLine(cluster: string): string;
  /** How the listener behind a link begins a connection. */
  openingOf(link: LinkInfo): Opening;
  journal(record: UndoRecord): void;
  /** Faults that have an effect on a link by other means. */
  heldBy(link: string): string[];
  progress(text: string): void;
}

/**
 * Controls the links through the proxies of Toxiproxy. When all links between two clusters are cut, the engine also
 * disconnects the nodes that dial from the network between the two.
 */
export class DockerLinks implements LinkControl {
  readonly #options: DockerLinksOptions;
  readonly #proxied: ProxyLinks;
  /** Network → the faults that disconnect nodes from it. */
  readonly #severed = new Map<string, Set<string>>();
  /** By network: calls for one network run in order. */
  readonly #turns = new Turns();

  constructor(options: DockerLinksOptions) {
    this.#options = options;
    this.#proxied = new ProxyLinks(
      () => ({ ...options.up(), heldBy: (link) => options.heldBy(link) }),
      (cluster) => options.connectLine(cluster),
      (link) => options.openingOf(link),
    );
  }

  get probe(): LinkProbe {
    return this.#proxied.probe;
  }

  async inject(
    links: readonly string[],
    fault: string,
    effect: LinkEffect,
    direction: LinkDirection = 'both',
  ): Promise<void> {
    // An injection replaces an earlier one of the same fault.
    await this.#rejoin(fault, links);
    const networks = effect.kind === 'cut' ? this.#wholeNetworks(links) : [];
    // First the proxies: once the network is cut, the connections that they should reset would hang.
    await this.#proxied.inject(links, fault, effect, direction);
    await Promise.all(networks.map((network) => this.#sever(network, fault)));
  }

  flap(links: readonly string[], fault: string, periodMs: Milliseconds): Promise<void> {
    return this.#proxied.flap(links, fault, periodMs);
  }

  async release(fault: string, links: readonly string[]): Promise<void> {
    await this.#rejoin(fault, links);
    await this.#proxied.release(fault, links);
  }

  owners(link: string): string[] {
    return this.#proxied.owners(link);
  }

  roundTrip(link: string, withinMs?: Milliseconds): Promise<Milliseconds | null> {
    return this.#proxied.roundTrip(link, withinMs);
  }

  stop(): Promise<void> {
    return this.#proxied.stop();
  }

  /**
   * Nodes and replicas of services that are disconnected from one of their networks, as the engine reports, in words.
   *
   * @param except those that are left out
   */
  async missing(except?: ReadonlySet<string>): Promise<string[]> {
    const { nodes, replicas } = this.#options.up();
    const members = [...nodes.values(), ...replicas.values()].filter(
      ({ address }) => except?.has(address) !== true,
    );
    const found = await Promise.all(
      members.map(async ({ address, server }) => {
        const connected = await server.networks().catch((): string[] => []);
        return server.plan.networks
          .filter(({ name }) => !connected.includes(name))
          .map(({ name }) => `${address} is not connected to the network ${name}`);
      }),
    );
    return found.flat();
  }

  /** Networks between clusters whose links are all selected. */
  #wholeNetworks(links: readonly string[]): string[] {
    const { layout, links: all } = this.#options.up();
    return layout.networks
      .filter(({ role }) => role === 'link')
      .map(({ name }) => name)
      .filter((name) => {
        const carried = all.filter(({ network }) => network === name);
        return carried.length > 0 && carried.every(({ id }) => links.includes(id));
      });
  }

  #sever(network: string, fault: string): Promise<void> {
    return this.#turns.run(network, async () => {
      const faults = this.#severed.get(network) ?? new Set<string>();
      this.#severed.set(network, faults.add(fault));
      const nodes = this.#diallers(network);
      for (const { server } of nodes) {
        const { ip = '', aliases = [] as string[] } =
          server.plan.networks.find(({ name }) => name === network) ?? {};
        const args = { network, container: server.plan.name, ip, aliases };
        this.#options.journal({ driver: 'docker', op: 'networks.connect', args });
      }
      await Promise.all(nodes.map(({ server }) => server.disconnect(network)));
      this.#options.progress(
        `the engine has disconnected ${nodes.map(({ address }) => address).join(', ')} from ${network}`,
      );
    });
  }

  async #rejoin(fault: string, links: readonly string[]): Promise<void> {
    const { links: all } = this.#options.up();
    const concerned = new Set(all.filter(({ id }) => links.includes(id)).map(({ network }) => network));
    await Promise.all(
      [...concerned].map((network) =>
        this.#turns.run(network, async () => {
          const faults = this.#severed.get(network);
          if (faults?.has(fault) !== true) return;
          if (faults.size === 1) {
            const nodes = this.#diallers(network);
            await Promise.all(nodes.map(({ server }) => server.connect(network)));
          }
          // Only now, so that a failed reconnection is tried again.
          faults.delete(fault);
        }),
      ),
    );
  }

  #diallers(network: string): RunningNode[] {
    const { nodes, links } = this.#options.up();
    const from = new Set(links.filter((link) => link.network === network).map((link) => link.from));
    return [...nodes.values()].filter(({ address }) => from.has(address));
  }
}
