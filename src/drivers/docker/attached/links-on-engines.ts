import { ChaosError } from '../../../support/errors.ts';
import type { Milliseconds } from '../../../support/units.ts';
import type { LinkInfo } from '../../driver.ts';
import type { LinkEffect, LinkControl, LinkProbe, LinkDirection } from '../../capabilities/link-control.ts';

/** Control over the links of one engine's containers. */
export interface EngineLinks {
  /** Ids of the links. */
  links: readonly string[];
  control: LinkControl & Required<Pick<LinkControl, 'objection'>> & { stop(): Promise<void> };
}

/**
 * Controls the links of containers on several engines: each link belongs to its engine. Links between engines cannot be
 * controlled, because neither engine knows the other side.
 */
export class LinksOnEngines implements LinkControl {
  readonly probe: LinkProbe;
  readonly #engines: readonly EngineLinks[];
  readonly #between: readonly LinkInfo[];

  /** @param between the links whose ends are on two engines */
  constructor(engines: readonly EngineLinks[], between: readonly LinkInfo[]) {
    this.#engines = engines;
    this.#between = between;
    this.probe = {
      passage: (link, withinMs) => this.#of(link).probe.passage(link, withinMs),
      greeting: (link, withinMs) => this.#of(link).probe.greeting(link, withinMs),
      push: (link, bytes, withinMs, unfinished) =>
        this.#of(link).probe.push(link, bytes, withinMs, unfinished),
      farewell: (link, withinMs) => this.#of(link).probe.farewell(link, withinMs),
    };
  }

  async objection(links: readonly string[], effect: LinkEffect): Promise<string | null> {
    const between = this.#between.find(({ id }) => links.includes(id));
    if (between) return objectionTo(between);
    for (const { control, mine } of this.#shares(links)) {
      const why = await control.objection(mine, effect);
      if (why !== null) return why;
    }
    return null;
  }

  async inject(
    links: readonly string[],
    fault: string,
    effect: LinkEffect,
    direction?: LinkDirection,
  ): Promise<void> {
    const between = this.#between.find(({ id }) => links.includes(id));
    if (between) throw new ChaosError('unavailable', objectionTo(between));
    await Promise.all(
      this.#shares(links).map(({ control, mine }) => control.inject(mine, fault, effect, direction)),
    );
  }

  async flap(links: readonly string[], fault: string, periodMs: Milliseconds): Promise<void> {
    await Promise.all(this.#shares(links).map(({ control, mine }) => control.flap(mine, fault, periodMs)));
  }

  async release(fault: string, links: readonly string[]): Promise<void> {
    await Promise.all(this.#shares(links).map(({ control, mine }) => control.release(fault, mine)));
  }

  owners(link: string): string[] {
    return this.#engineOf(link)?.control.owners(link) ?? [];
  }

  roundTrip(link: string, withinMs?: Milliseconds): Promise<Milliseconds | null> {
    return this.#of(link).roundTrip(link, withinMs);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#engines.map(({ control }) => control.stop()));
  }

  #shares(links: readonly string[]): { control: EngineLinks['control']; mine: string[] }[] {
    return this.#engines.flatMap(({ control, links: own }) => {
      const mine = links.filter((link) => own.includes(link));
      return mine.length === 0 ? [] : [{ control, mine }];
    });
  }

  #engineOf(link: string): EngineLinks | undefined {
    return this.#engines.find(({ links }) => links.includes(link));
  }

  #of(link: string): LinkControl {
    const engine = this.#engineOf(link);
    const between = this.#between.find(({ id }) => id === link);
    if (engine) return engine.control;
    throw new ChaosError('failed', between ? objectionTo(between) : `there is no link ${link}`);
  }
}

function objectionTo({ from, to }: LinkInfo): string {
  return `${from} and ${to} are on two Docker engines, and links between engines are cut only where the runner makes the containers itself: leave \`attach\` out, or partition clusters on one engine`;
}
