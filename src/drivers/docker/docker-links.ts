import type { Milliseconds } from '../../support/units.ts';
import type { UndoRecord } from '../../support/undo-record.ts';
import type { Blow, LinkControl, LinkProbe, Way } from '../link-control.ts';
import { ProxyLinks } from '../shared/proxy-links.ts';
import type { Running } from './bring-up.ts';
import type { RunningNode } from './docker-node.ts';

interface DockerLinksOptions {
  /** What runs at the moment of a call. */
  up(): Running;
  /** What a client has to say first. */
  connectLine(): string;
  journal(record: UndoRecord): void;
  /** Faults that hold a link by other means. */
  heldBy(link: string): string[];
  progress(text: string): void;
}

/**
 * Power over the links by the proxies of Toxiproxy; and where all links between two clusters are cut, by the engine as
 * well: the nodes that dial are then disconnected from the network between the two.
 */
export class DockerLinks implements LinkControl {
  readonly #options: DockerLinksOptions;
  readonly #proxied: ProxyLinks;
  /** Network → the faults that keep nodes away from it. */
  readonly #severed = new Map<string, Set<string>>();
  /** Network → what is done to it last: one thing after the other. */
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(options: DockerLinksOptions) {
    this.#options = options;
    this.#proxied = new ProxyLinks(
      () => ({ ...options.up(), heldBy: (link) => options.heldBy(link) }),
      () => options.connectLine(),
    );
  }

  get probe(): LinkProbe {
    return this.#proxied.probe;
  }

  async strike(links: readonly string[], fault: string, blow: Blow, way: Way = 'both'): Promise<void> {
    // A blow replaces the one before of the same fault.
    await this.#rejoin(fault, links);
    const networks = blow.kind === 'cut' ? this.#wholeNetworks(links) : [];
    // First the proxies: the connections that they reset would hang once there is no way between the two ends.
    await this.#proxied.strike(links, fault, blow, way);
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

  /** Nodes that are away from a network that they belong to, as the engine says, in words. */
  async missing(): Promise<string[]> {
    const { nodes } = this.#options.up();
    const found = await Promise.all(
      [...nodes.values()].map(async ({ address, server }) => {
        const connected = await server.networks().catch((): string[] => []);
        return server.plan.networks
          .filter(({ name }) => !connected.includes(name))
          .map(({ name }) => `${address} is not connected to the network ${name}`);
      }),
    );
    return found.flat();
  }

  /** Networks between clusters all of whose links are meant. */
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
    return this.#inTurn(network, async () => {
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
        this.#inTurn(network, async () => {
          const faults = this.#severed.get(network);
          if (faults?.has(fault) !== true) return;
          if (faults.size === 1) {
            const nodes = this.#diallers(network);
            await Promise.all(nodes.map(({ server }) => server.connect(network)));
          }
          // Only now, so that what has failed is done when it is tried again.
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

  async #inTurn(network: string, call: () => Promise<void>): Promise<void> {
    const before = this.#turns.get(network) ?? Promise.resolve();
    const turn = before.catch(() => undefined).then(call);
    this.#turns.set(network, turn);
    await turn;
  }
}
