import { sleep } from '../../support/deadline.ts';
import type { Milliseconds } from '../../support/units.ts';
import type { LinkEffect, LinkControl, LinkProbe, LinkDirection } from '../capabilities/link-control.ts';
import { allDone } from '../../support/all-done.ts';
import { linkProbe } from './link-probe.ts';
import { roundTrip, type EntryPoint } from './round-trip.ts';
import type { LinkInfo } from '../driver.ts';
import { clusterOf } from '../servers/topology.ts';
import { noProxy, type LinkProxies } from './proxies.ts';
import { toxicsOf, type Toxic } from './toxics.ts';
import type { Opening } from '../tls/server-tls.ts';
import { Turns } from '../system/turns.ts';

/** What one fault does to one link. */
interface Mark {
  fault: string;
  cuts: boolean;
  toxics: Toxic[];
}

/** What the links run through at the moment. */
export interface ProxiedLinks {
  links: readonly LinkInfo[];
  proxies: LinkProxies;
  readonly entryPointOf: (link: string) => EntryPoint;
  /** Faults that have an effect on a link by other means than its proxy. */
  readonly heldBy: (link: string) => string[];
}

/**
 * Controls the links through the proxies of Toxiproxy. It keeps which fault does what to a link, so that faults may
 * overlap: a cut ends with the last fault that cuts, and each fault removes only its own toxics.
 */
export class ProxyLinks implements LinkControl {
  readonly probe: LinkProbe;
  readonly #up: () => ProxiedLinks;
  readonly #connectLine: (cluster: string) => string;
  readonly #openingOf: (link: string) => Opening;
  /** Link → marks. */
  readonly #marks = new Map<string, Mark[]>();
  /** By link: calls for one proxy run in order; otherwise a late cut could outlive its release. */
  readonly #turns = new Turns();
  /** Flapping by fault. */
  readonly #flaps = new Map<string, { stop: AbortController; done: Promise<void> }>();

  /**
   * @param up what runs at the moment of a call
   * @param connectLine the first line that a client of a cluster sends
   * @param openingOf how the listener behind a link begins a connection
   */
  constructor(
    up: () => ProxiedLinks,
    connectLine: (cluster: string) => string,
    openingOf: (link: LinkInfo) => Opening = () => 'greeting',
  ) {
    this.#up = up;
    this.#connectLine = connectLine;
    this.#openingOf = (id) => {
      const link = up().links.find((one) => one.id === id);
      return link === undefined ? 'greeting' : openingOf(link);
    };
    this.probe = linkProbe((link) => up().entryPointOf(link), this.#openingOf);
  }

  async inject(
    links: readonly string[],
    fault: string,
    effect: LinkEffect,
    direction: LinkDirection = 'both',
  ): Promise<void> {
    demandProxies(this.#up().links, links);
    const toxics = toxicsOf(fault, effect, direction);
    await Promise.all(
      links.map((link) =>
        this.#turns.run(link, async () => {
          await this.#take(link, fault, { fault, cuts: effect.kind === 'cut', toxics });
          if (effect.kind === 'cut') await this.#up().proxies.enable(link, false);
          await Promise.all(toxics.map((toxic) => this.#up().proxies.addToxic(link, toxic)));
        }),
      ),
    );
  }

  async flap(links: readonly string[], fault: string, periodMs: Milliseconds): Promise<void> {
    await this.#stopFlapping(fault);
    await this.inject(links, fault, { kind: 'cut' });
    const stop = new AbortController();
    this.#flaps.set(fault, { stop, done: this.#flapOn(links, fault, periodMs / 2, stop.signal) });
  }

  async release(fault: string, links: readonly string[]): Promise<void> {
    await this.#stopFlapping(fault);
    await allDone(links.map((link) => this.#turns.run(link, () => this.#take(link, fault))));
  }

  owners(link: string): string[] {
    return [...this.#of(link).map((mark) => mark.fault), ...this.#up().heldBy(link)];
  }

  roundTrip(link: string, withinMs?: Milliseconds): Promise<Milliseconds | null> {
    const { links, entryPointOf } = this.#up();
    const known = links.find((one) => one.id === link);
    const line = known?.kind === 'client' ? this.#connectLine(clusterOf(known.to)) : undefined;
    return roundTrip(entryPointOf(link), line, withinMs, this.#openingOf(link));
  }

  /** Ends all flapping, and leaves the proxies as they are. */
  async stop(): Promise<void> {
    for (const { stop } of this.#flaps.values()) stop.abort();
    await Promise.all([...this.#flaps.values()].map(({ done }) => done));
    this.#flaps.clear();
    this.#marks.clear();
  }

  #of(link: string): Mark[] {
    return this.#marks.get(link) ?? [];
  }

  /** Removes a fault's mark and effect from a link; `next` may take its place. */
  async #take(link: string, fault: string, next?: Mark): Promise<void> {
    const { proxies } = this.#up();
    const mine = this.#of(link).find((mark) => mark.fault === fault);
    const others = this.#of(link).filter((mark) => mark.fault !== fault);
    const enabled = !others.some((mark) => mark.cuts);
    const toxics = others.flatMap((mark) => mark.toxics);
    const names = mine?.toxics.map((toxic) => toxic.name) ?? [];
    if (names.length > 0) {
      await proxies.removeToxics(link, names, { enabled, toxics });
    }
    if (mine?.cuts === true && enabled && next?.cuts !== true) await proxies.enable(link, true);
    // Only now, so that a failed removal is tried again. `next` is set before it takes effect, so that it can be
    // undone.
    this.#marks.set(link, next ? [...others, next] : others);
  }

  /** The mark stays during the flapping, so that a release always finds it. */
  async #flapOn(
    links: readonly string[],
    fault: string,
    halfMs: Milliseconds,
    signal: AbortSignal,
  ): Promise<void> {
    const turn = (on: boolean): Promise<unknown> =>
      // A failure is tried again in the next round, or reported by the release.
      Promise.allSettled(
        links.map((link) =>
          this.#turns.run(link, async () => {
            if (signal.aborted || this.#cutByOthers(link, fault)) return;
            await this.#up().proxies.enable(link, on);
          }),
        ),
      );
    const over = (): boolean => signal.aborted;
    for (let on = true; !over(); on = !on) {
      await sleep(halfMs, signal).catch(() => undefined);
      if (!over()) await turn(on);
    }
  }

  #cutByOthers(link: string, fault: string): boolean {
    return this.#of(link).some((mark) => mark.cuts && mark.fault !== fault);
  }

  async #stopFlapping(fault: string): Promise<void> {
    const flapping = this.#flaps.get(fault);
    flapping?.stop.abort();
    await flapping?.done;
    this.#flaps.delete(fault);
  }
}

/** @throws ChaosError for a direct link: the plan did not expect a fault on it */
function demandProxies(all: readonly LinkInfo[], links: readonly string[]): void {
  for (const { id, direct } of all) if (direct === true && links.includes(id)) noProxy(id);
}
