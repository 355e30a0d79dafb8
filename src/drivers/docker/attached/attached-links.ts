import { until } from '../../../support/deadline.ts';
import { ChaosError } from '../../../support/errors.ts';
import type { Milliseconds } from '../../../support/units.ts';
import type { Observer } from '../../../nats/monitor/observer.ts';
import type { LinkInfo, NodeInfo } from '../../driver.ts';
import type { LinkEffect, LinkControl, LinkProbe, Passage } from '../../capabilities/link-control.ts';
import { linkProbe } from '../../links/link-probe.ts';
import { engineCall } from '../engine/calls.ts';
import type { Severance } from './cut-plan.ts';
import { inspectContainer } from './attached-container.ts';
import { faultMark } from '../../links/packet-filter.ts';
import { Turns } from '../../system/turns.ts';
import { blockPeers, clearRules, endConnections, type Treatment } from '../engine/namespaces.ts';
import { HANGS, type RelayEntryPoint } from './relay-entry-point.ts';
import { Relays } from './relays.ts';
import { anyReported } from './reported-connections.ts';
import { connectTo, disconnectFrom } from './restore.ts';
import type { Snapshot } from './snapshot.ts';
import { cutMethod, type CutContext, type CutMethod } from './cut-method.ts';

/** A link between two containers, and where the one that is dialled listens. */
export interface AttachedLink extends LinkInfo {
  /** Address of the dialled node in a network that both are in; undefined when they share none. */
  host: string | undefined;
  port: number;
}

export interface AttachedLinksOptions extends CutContext {
  links: readonly AttachedLink[];
  nodes: readonly NodeInfo[];
  observer: Observer;
  /** The beginning of the marks of all rules of this run. */
  mark: string;
  /** For the sockets of relays. */
  folder: string;
  progress(text: string): void;
}

/** When connections cannot be ended, servers must notice by themselves that they are dead. */
const NOTICED_MS = 45_000;
/** Longer than a relay waits for a connection. */
const FROM_INSIDE_MS = 1_000;
const NOTHING: Passage = { opens: false, out: false, back: false };

/**
 * Controls the links between containers that the runner did not make. Where it cuts only the selected links and can be
 * undone exactly, the engine disconnects nodes from networks. Everywhere else packets are blocked in the containers'
 * own network namespaces.
 */
export class AttachedLinks implements LinkControl {
  readonly probe: LinkProbe;
  readonly #options: AttachedLinksOptions;
  readonly #relays: Relays;
  readonly #entryPoints: Map<string, RelayEntryPoint>;
  /** Link → the faults that have an effect on it. */
  readonly #owners = new Map<string, Set<string>>();
  /** By node and network that the engine has disconnected: the faults that require it. */
  readonly #severed = new Map<string, { node: string; network: string; faults: Set<string> }>();
  readonly #turns = new Turns();

  constructor(options: AttachedLinksOptions) {
    this.#options = options;
    this.#relays = new Relays(options.folder);
    this.#entryPoints = new Map(
      options.links.flatMap(({ id, host, port }) =>
        host === undefined ? [] : [[id, { path: this.#relays.path(), host, port }] as const],
      ),
    );
    const through = linkProbe((link) => this.#entryPointOf(link));
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

  async objection(links: readonly string[], effect: LinkEffect): Promise<string | null> {
    const method = await this.#cutMethod(links, effect);
    return method.by === null ? method.why : null;
  }

  /** @throws ChaosError when these links cannot be cut without cutting others, or without an exact undo */
  inject(links: readonly string[], fault: string, effect: LinkEffect): Promise<void> {
    return this.#turns.run('links', async () => {
      const method = await this.#cutMethod(links, effect);
      if (method.by === null) throw new ChaosError('unavailable', method.why);
      for (const link of links) this.#owners.set(link, (this.#owners.get(link) ?? new Set()).add(fault));
      const affected = this.#named(links);
      if (method.by === 'engine') await this.#sever(affected, fault, method.severances);
      else await this.#block(affected, fault, effect.kind === 'cut' ? 'refuse' : 'drop');
    });
  }

  flap(): Promise<void> {
    throw new ChaosError('failed', 'there is no proxy on these links that could flap');
  }

  release(fault: string, links: readonly string[]): Promise<void> {
    return this.#turns.run('links', async () => {
      for (const held of this.#severed.values()) {
        if (!held.faults.has(fault)) continue;
        if (held.faults.size === 1) await this.#reconnect(held);
        // Only now, so that a failed release is tried again.
        held.faults.delete(fault);
      }
      if (this.#options.namespaceProblem === null) {
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

  async #cutMethod(links: readonly string[], { kind }: LinkEffect): Promise<CutMethod> {
    if (kind === 'cut' || kind === 'blackhole') return cutMethod(this.#named(links), kind, this.#options);
    return { by: null, why: `there is no proxy on these links that could do ${kind}` };
  }

  #named(links: readonly string[]): AttachedLink[] {
    return this.#options.links.filter(({ id }) => links.includes(id));
  }

  async #sever(
    affected: readonly AttachedLink[],
    fault: string,
    severances: readonly Severance[],
  ): Promise<void> {
    for (const { network, nodes } of severances) {
      for (const node of nodes) {
        const key = `${node} ${network}`;
        const held = this.#severed.get(key) ?? { node, network, faults: new Set<string>() };
        this.#severed.set(key, held);
        held.faults.add(fault);
        await disconnectFrom(this.#options.docker, this.#snapshot(node).id, network);
      }
      this.#options.progress(`the engine has disconnected ${nodes.join(', ')} from ${network}`);
    }
    await this.#endAll(affected);
  }

  async #block(affected: readonly AttachedLink[], fault: string, treatment: Treatment): Promise<void> {
    const peers = this.#peersOf(affected.map(({ from, to }) => [from, to] as const));
    await this.#inEach(peers.keys(), (pid, node) =>
      blockPeers(pid, peers.get(node) ?? [], treatment, this.#markOf(fault)),
    );
    this.#options.progress(
      `packets between ${affected.length} pairs of containers are ${treatment === 'refuse' ? 'refused' : 'dropped'}`,
    );
    if (treatment === 'refuse') await this.#endAll(affected);
  }

  /** Existing connections would hang: both ends are reset, or must notice by themselves. */
  async #endAll(affected: readonly AttachedLink[]): Promise<void> {
    if (this.#options.namespaceProblem !== null) {
      this.#options.progress('waiting for the servers to notice that their connections are dead');
      const { observer, nodes } = this.#options;
      await until(async () => !(await anyReported(affected, nodes, observer)), {
        timeoutMs: NOTICED_MS,
        everyMs: 250,
        what: 'the servers to notice (ping_interval in their configuration says how soon)',
      });
      return;
    }
    const peers = this.#peersOf(
      affected.flatMap(
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
    // Waits for all, because after a failure none of the others may come after the undo.
    await Promise.allSettled(acts);
    await Promise.all(acts);
  }

  async #reconnect({ node, network }: { node: string; network: string }): Promise<void> {
    const was = this.#snapshot(node);
    const endpoint = was.endpoints.find((one) => one.network === network);
    if (endpoint)
      await engineCall(`connecting ${node} to ${network}`, connectTo(this.#options.docker, was, endpoint));
  }

  /** From inside the container that dials, or else from the engine's report on the two containers. */
  async #passage(link: string, withinMs: Milliseconds, through: LinkProbe): Promise<Passage> {
    const found = this.#options.links.find(({ id }) => id === link);
    if (found === undefined) return NOTHING;
    if (this.#options.namespaceProblem === null) {
      try {
        await this.#open(link);
      } catch {
        // Nothing passes from a container that is down.
        return NOTHING;
      }
      return this.#passageFromInside(link, Math.max(withinMs, FROM_INSIDE_MS), through);
    }
    const [from, to] = await Promise.all([this.#networksOf(found.from), this.#networksOf(found.to)]);
    const joined = from.some((network) => to.includes(network));
    return { opens: joined, out: joined, back: joined };
  }

  /** Two probes at the same time: one after the other, a hanging link would take twice as long. */
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
    const entryPoints = this.#options.links.flatMap((one) => {
      const entryPoint = one.from === from ? this.#entryPoints.get(one.id) : undefined;
      return entryPoint ? [entryPoint] : [];
    });
    await this.#relays.open(was.id, pid, entryPoints);
  }

  #entryPointOf(link: string): { path: string } {
    const entryPoint = this.#entryPoints.get(link);
    if (!entryPoint) throw new ChaosError('failed', `the two ends of ${link} are in no common network`);
    return { path: entryPoint.path };
  }

  /** Node → the addresses of its peers in these pairs. */
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
    return faultMark(this.#options.mark, fault);
  }

  #snapshot(node: string): Snapshot {
    const was = this.#options.snapshots.get(node);
    if (!was) throw new ChaosError('failed', `there is no container of ${node}`);
    return was;
  }
}
