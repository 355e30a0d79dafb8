import { until } from '../../../support/deadline.ts';
import { ChaosError } from '../../../support/errors.ts';
import type { Milliseconds } from '../../../support/units.ts';
import type { Observer } from '../../../nats/observer.ts';
import type { LinkInfo, NodeInfo } from '../../driver.ts';
import type { Blow, LinkControl, LinkProbe, Passage } from '../../link-control.ts';
import { linkProbe } from '../../shared/link-probe.ts';
import { engineCall } from '../calls.ts';
import type { Severance } from './cut-plan.ts';
import { inspectContainer } from './found-container.ts';
import { blockPeers, clearRules, endConnections, type Treatment } from './namespaces.ts';
import { HANGS, type RelayDoor } from './relay-door.ts';
import { Relays } from './relays.ts';
import { anyReported } from './reported.ts';
import { join, leave } from './restore.ts';
import type { Snapshot } from './snapshot.ts';
import { wayToCut, type CutContext, type WayToCut } from './way-to-cut.ts';

/** A link between two containers, and where the one that is dialled listens. */
export interface FoundLink extends LinkInfo {
  /** Address of the dialled node in a network that both are in; undefined when they share none. */
  host: string | undefined;
  port: number;
}

export interface FoundLinksOptions extends CutContext {
  links: readonly FoundLink[];
  nodes: readonly NodeInfo[];
  observer: Observer;
  /** What all rules of this run are found by again. */
  mark: string;
  /** For the sockets of relays. */
  folder: string;
  progress(text: string): void;
}

/** Without a way to end connections, servers have to notice by themselves that they are dead. */
const NOTICED_MS = 45_000;
/** Longer than a relay waits for a connection. */
const FROM_INSIDE_MS = 1_000;
const NOTHING: Passage = { opens: false, out: false, back: false };

/**
 * Power over the links between containers that somebody else connected: the engine disconnects nodes from networks
 * where that cuts nothing but the links that are meant, and can be undone exactly; everywhere else packets are kept
 * from passing, in the containers' own network namespaces.
 */
export class FoundLinks implements LinkControl {
  readonly probe: LinkProbe;
  readonly #options: FoundLinksOptions;
  readonly #relays: Relays;
  readonly #doors: Map<string, RelayDoor>;
  /** Link → the faults that hold it. */
  readonly #owners = new Map<string, Set<string>>();
  /** What the engine has disconnected → the faults that want it so. */
  readonly #severed = new Map<string, { node: string; network: string; faults: Set<string> }>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: FoundLinksOptions) {
    this.#options = options;
    this.#relays = new Relays(options.folder);
    this.#doors = new Map(
      options.links.flatMap(({ id, host, port }) =>
        host === undefined ? [] : [[id, { path: this.#relays.path(), host, port }] as const],
      ),
    );
    const through = linkProbe((link) => this.#doorOf(link));
    this.probe = {
      passage: (link, withinMs) => this.#passage(link, withinMs, through),
      greeting: async (link, withinMs) => {
        await this.#open(link);
        return through.greeting(link, withinMs);
      },
      push: async (link, bytes, withinMs, unfinished) => {
        await this.#open(link);
        return through.push(link, bytes, withinMs, unfinished);
      },
      farewell: async (link, withinMs) => {
        await this.#open(link);
        return through.farewell(link, withinMs);
      },
    };
  }

  async objection(links: readonly string[], blow: Blow): Promise<string | null> {
    const way = await this.#wayToCut(links, blow);
    return way.by === null ? way.why : null;
  }

  /** @throws ChaosError when these links cannot be cut so that nothing else is, and that could be undone */
  strike(links: readonly string[], fault: string, blow: Blow): Promise<void> {
    return this.#inTurn(async () => {
      const way = await this.#wayToCut(links, blow);
      if (way.by === null) throw new ChaosError('unavailable', way.why);
      for (const link of links) this.#owners.set(link, (this.#owners.get(link) ?? new Set()).add(fault));
      const struck = this.#named(links);
      if (way.by === 'engine') await this.#sever(struck, fault, way.severances);
      else await this.#block(struck, fault, blow.kind === 'cut' ? 'refuse' : 'drop');
    });
  }

  flap(): Promise<void> {
    throw new ChaosError('failed', 'there is no proxy on these links that could flap');
  }

  release(fault: string, links: readonly string[]): Promise<void> {
    return this.#inTurn(async () => {
      for (const held of this.#severed.values()) {
        if (!held.faults.has(fault)) continue;
        if (held.faults.size === 1) await this.#reconnect(held);
        // Only now, so that what has failed is done when it is tried again.
        held.faults.delete(fault);
      }
      if (this.#options.closed === null) {
        const mark = this.#markOf(fault);
        await this.#inEach(this.#options.snapshots.keys(), (pid) => clearRules(pid, mark));
      }
      for (const link of links) this.#owners.get(link)?.delete(fault);
    });
  }

  owners(link: string): string[] {
    return [...(this.#owners.get(link) ?? [])];
  }

  async roundTrip(link: string, withinMs: Milliseconds): Promise<Milliseconds | null> {
    const { firstMs } = await this.probe.greeting(link, withinMs);
    return firstMs;
  }

  stop(): Promise<void> {
    return this.#relays.stop();
  }

  async #wayToCut(links: readonly string[], { kind }: Blow): Promise<WayToCut> {
    if (kind === 'cut' || kind === 'blackhole') return wayToCut(this.#named(links), kind, this.#options);
    return { by: null, why: `there is no proxy on these links that could do ${kind}` };
  }

  #named(links: readonly string[]): FoundLink[] {
    return this.#options.links.filter(({ id }) => links.includes(id));
  }

  async #sever(struck: readonly FoundLink[], fault: string, severances: readonly Severance[]): Promise<void> {
    for (const { network, nodes } of severances) {
      for (const node of nodes) {
        const key = `${node} ${network}`;
        const held = this.#severed.get(key) ?? { node, network, faults: new Set<string>() };
        this.#severed.set(key, held);
        held.faults.add(fault);
        await leave(this.#options.docker, this.#snapshot(node).id, network);
      }
      this.#options.progress(`the engine has disconnected ${nodes.join(', ')} from ${network}`);
    }
    await this.#endAll(struck);
  }

  async #block(struck: readonly FoundLink[], fault: string, treatment: Treatment): Promise<void> {
    const peers = this.#peersOf(struck.map(({ from, to }) => [from, to] as const));
    await this.#inEach(peers.keys(), (pid, node) =>
      blockPeers(pid, peers.get(node) ?? [], treatment, this.#markOf(fault)),
    );
    this.#options.progress(
      `packets between ${struck.length} pairs of containers are ${treatment === 'refuse' ? 'refused' : 'dropped'}`,
    );
    if (treatment === 'refuse') await this.#endAll(struck);
  }

  /** Connections that were there would hang: both ends are told that they are over, or have to find out. */
  async #endAll(struck: readonly FoundLink[]): Promise<void> {
    if (this.#options.closed !== null) {
      this.#options.progress('waiting for the servers to notice that their connections are dead');
      const { observer, nodes } = this.#options;
      await until(async () => !(await anyReported(struck, nodes, observer)), {
        timeoutMs: NOTICED_MS,
        everyMs: 250,
        what: 'the servers to notice (ping_interval in their configuration says how soon)',
      });
      return;
    }
    const peers = this.#peersOf(
      struck.flatMap(
        ({ from, to }) =>
          [
            [from, to],
            [to, from],
          ] as const,
      ),
    );
    await this.#inEach(peers.keys(), (pid, node) => endConnections(pid, peers.get(node) ?? []));
  }

  /** Does something in the network namespaces of some nodes, as far as they run, all at once. */
  async #inEach(nodes: Iterable<string>, act: (pid: number, node: string) => Promise<void>): Promise<void> {
    const acts = [...nodes].map(async (node) => {
      const { pid } = await inspectContainer(this.#options.docker, this.#snapshot(node).id);
      if (pid > 0) await act(pid, node);
    });
    // Where one fails, nothing of the others may come after what undoes it.
    await Promise.allSettled(acts);
    await Promise.all(acts);
  }

  async #reconnect({ node, network }: { node: string; network: string }): Promise<void> {
    const was = this.#snapshot(node);
    const endpoint = was.endpoints.find((one) => one.network === network);
    if (endpoint)
      await engineCall(`connecting ${node} to ${network}`, join(this.#options.docker, was, endpoint));
  }

  /** From inside the container that dials, or else by what the engine says of the two. */
  async #passage(link: string, withinMs: Milliseconds, through: LinkProbe): Promise<Passage> {
    const found = this.#options.links.find(({ id }) => id === link);
    if (found === undefined) return NOTHING;
    if (this.#options.closed === null) {
      try {
        await this.#open(link);
      } catch {
        // A container that is down leads nowhere.
        return NOTHING;
      }
      return this.#passageFromInside(link, Math.max(withinMs, FROM_INSIDE_MS), through);
    }
    const [from, to] = await Promise.all([this.#networksOf(found.from), this.#networksOf(found.to)]);
    const joined = from.some((network) => to.includes(network));
    return { opens: joined, out: joined, back: joined };
  }

  /** Two looks side by side: what hangs would take its time twice. */
  async #passageFromInside(link: string, withinMs: Milliseconds, through: LinkProbe): Promise<Passage> {
    const [passage, { pieces }] = await Promise.all([
      through.passage(link, withinMs),
      through.greeting(link, withinMs),
    ]);
    const hangs = !passage.opens && pieces.length === 1 && pieces[0] === HANGS.length;
    return hangs ? { ...passage, hangs } : passage;
  }

  async #networksOf(node: string): Promise<string[]> {
    const { running, endpoints } = await inspectContainer(this.#options.docker, this.#snapshot(node).id);
    return running ? endpoints.map(({ network }) => network) : [];
  }

  async #open(link: string): Promise<void> {
    const from = this.#options.links.find(({ id }) => id === link)?.from ?? '';
    const was = this.#snapshot(from);
    const { pid } = await inspectContainer(this.#options.docker, was.id);
    if (pid === 0) throw new ChaosError('failed', `${from} is down`);
    const doors = this.#options.links.flatMap((one) => {
      const door = one.from === from ? this.#doors.get(one.id) : undefined;
      return door ? [door] : [];
    });
    await this.#relays.open(was.id, pid, doors);
  }

  #doorOf(link: string): { path: string } {
    const door = this.#doors.get(link);
    if (!door) throw new ChaosError('failed', `the two ends of ${link} are in no common network`);
    return { path: door.path };
  }

  /** Node → the addresses of those that it is paired with. */
  #peersOf(pairs: readonly (readonly [string, string])[]): Map<string, string[]> {
    const peers = new Map<string, string[]>();
    for (const [node, other] of pairs) {
      const addresses = this.#snapshot(other).endpoints.map(({ address }) => address);
      const known = peers.get(node) ?? [];
      peers.set(node, [...known, ...addresses.filter((one) => one !== '' && !known.includes(one))]);
    }
    return peers;
  }

  #markOf(fault: string): string {
    return `${this.#options.mark}${fault.replaceAll(/[^\w]/g, '-')}.`;
  }

  #snapshot(node: string): Snapshot {
    const was = this.#options.snapshots.get(node);
    if (!was) throw new ChaosError('failed', `there is no container of ${node}`);
    return was;
  }

  async #inTurn(call: () => Promise<void>): Promise<void> {
    const turn = this.#turn.catch(() => undefined).then(call);
    this.#turn = turn;
    await turn;
  }
}
