import { sleep } from '../../support/deadline.ts';
import type { Milliseconds } from '../../support/units.ts';
import type { Blow, LinkControl, LinkProbe, Way } from '../link-control.ts';
import { allDone } from './all-done.ts';
import { linkProbe } from './link-probe.ts';
import { roundTrip, type Door } from './round-trip.ts';
import type { LinkInfo } from '../driver.ts';
import type { LinkProxies } from './proxies.ts';
import { toxicsOf, type Toxic } from './toxics.ts';

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
  readonly doorOf: (link: string) => Door;
  /** Faults that hold a link by other means than its proxy. */
  readonly heldBy: (link: string) => string[];
}

/**
 * Power over the links by the proxies of Toxiproxy. Who does what to a link is kept here, so that faults may overlap:
 * a cut ends with the last fault that cuts, and each fault takes only its own toxics off.
 */
export class ProxyLinks implements LinkControl {
  readonly probe: LinkProbe;
  readonly #up: () => ProxiedLinks;
  readonly #connectLine: () => string;
  /** Link → marks. */
  readonly #marks = new Map<string, Mark[]>();
  /** Link → what is done to its proxy last: one thing after the other, or a late cut could outlive its release. */
  readonly #turns = new Map<string, Promise<unknown>>();
  /** Fault → its flapping. */
  readonly #flaps = new Map<string, { stop: AbortController; done: Promise<void> }>();

  /**
   * @param up what runs at the moment of a call
   * @param connectLine what a client has to say first
   */
  constructor(up: () => ProxiedLinks, connectLine: () => string) {
    this.#up = up;
    this.#connectLine = connectLine;
    this.probe = linkProbe((link) => up().doorOf(link));
  }

  async strike(links: readonly string[], fault: string, blow: Blow, way: Way = 'both'): Promise<void> {
    const toxics = toxicsOf(fault, blow, way);
    await Promise.all(
      links.map((link) =>
        this.#inTurn(link, async () => {
          await this.#take(link, fault, { fault, cuts: blow.kind === 'cut', toxics });
          if (blow.kind === 'cut') await this.#up().proxies.enable(link, false);
          await Promise.all(toxics.map((toxic) => this.#up().proxies.addToxic(link, toxic)));
        }),
      ),
    );
  }

  async flap(links: readonly string[], fault: string, periodMs: Milliseconds): Promise<void> {
    await this.#stopFlapping(fault);
    await this.strike(links, fault, { kind: 'cut' });
    const stop = new AbortController();
    this.#flaps.set(fault, { stop, done: this.#flapOn(links, fault, periodMs / 2, stop.signal) });
  }

  async release(fault: string, links: readonly string[]): Promise<void> {
    await this.#stopFlapping(fault);
    await allDone(links.map((link) => this.#inTurn(link, () => this.#take(link, fault))));
  }

  owners(link: string): string[] {
    return [...this.#of(link).map((mark) => mark.fault), ...this.#up().heldBy(link)];
  }

  roundTrip(link: string, withinMs?: Milliseconds): Promise<Milliseconds | null> {
    const { links, doorOf } = this.#up();
    const isClient = links.find((one) => one.id === link)?.kind === 'client';
    return roundTrip(doorOf(link), isClient ? this.#connectLine() : undefined, withinMs);
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

  /** Takes a fault's mark off a link, with all that it did there; another may take its place. */
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
    // Only now, so that what has failed is done when it is tried again; the next before it is done, to be undone.
    this.#marks.set(link, next ? [...others, next] : others);
  }

  async #inTurn(link: string, call: () => Promise<void>): Promise<void> {
    const before = this.#turns.get(link) ?? Promise.resolve();
    const turn = before.catch(() => undefined).then(call);
    this.#turns.set(link, turn);
    await turn;
  }

  /** The mark stays all the while, so that a release finds it whenever it comes. */
  async #flapOn(
    links: readonly string[],
    fault: string,
    halfMs: Milliseconds,
    signal: AbortSignal,
  ): Promise<void> {
    const turn = (on: boolean): Promise<unknown> =>
      // What fails is tried again in the next round, or told by the release.
      Promise.allSettled(
        links.map((link) =>
          this.#inTurn(link, async () => {
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
