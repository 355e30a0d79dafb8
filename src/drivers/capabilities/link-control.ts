import type { Bytes, Milliseconds, PerSecond } from '../../support/units.ts';

/** Controls the links, by their ids. Each effect on a link carries the mark of its fault. */
export interface LinkControl {
  /**
   * Injects one effect into some links in the name of a fault; the effects of other faults stay. A fault has one effect
   * on a link: a second injection by the same fault replaces the first.
   */
  inject(
    links: readonly string[],
    fault: string,
    effect: LinkEffect,
    direction?: LinkDirection,
  ): Promise<void>;
  /**
   * Why an effect cannot be injected into some links now, and what to do about it, in one line; null when it can be.
   * Left out: every effect works on every link.
   */
  objection?(links: readonly string[], effect: LinkEffect): Promise<string | null>;
  /** Cuts and restores links in turn, until they are released. */
  flap(links: readonly string[], fault: string, periodMs: Milliseconds): Promise<void>;
  /**
   * Removes the effect of a fault from links; a link that another fault cuts stays cut. Idempotent.
   *
   * @throws ChaosError when the proxies do not respond in time, with what to do then
   */
  release(fault: string, links: readonly string[]): Promise<void>;
  /** Ids of the faults that have an effect on a link now. */
  owners(link: string): string[];
  /** A measured round trip through the link to the server behind it; null when nothing comes through in time. */
  roundTrip(link: string, withinMs?: Milliseconds): Promise<Milliseconds | null>;
  /** Other observations of a link, each by a connection of our own. */
  readonly probe: LinkProbe;
}

/** Both directions, or one: `out` from the node that dials to the node that is dialled, `back` the other direction. */
export type LinkDirection = 'both' | 'out' | 'back';

/** What can be done to a link. */
export type LinkEffect =
  /** Connections are reset and new ones refused; only in both directions. */
  | { kind: 'cut' }
  /** Connections stay open, but nothing that is sent arrives. */
  | { kind: 'blackhole' }
  | { kind: 'latency'; latencyMs: Milliseconds; jitterMs: Milliseconds }
  | { kind: 'bandwidth'; bytesPerSecond: PerSecond }
  /** A close of a connection takes effect that much later. */
  | { kind: 'slow-close'; delayMs: Milliseconds }
  /** Data arrives in pieces of about this size, with a pause after each. */
  | { kind: 'slicer'; averageBytes: Bytes; variationBytes: Bytes; pauseMs: Milliseconds }
  /** A connection ends after that many bytes. */
  | { kind: 'limit-data'; bytes: Bytes }
  /** A connection is reset that long after data begins to flow. */
  | { kind: 'reset-peer'; afterMs: Milliseconds };

/** Observes a link from outside, each time by a short connection of its own. */
export interface LinkProbe {
  /** In which directions data passes; silence for `withinMs` means that it does not. */
  passage(link: string, withinMs: Milliseconds): Promise<Passage>;
  /** How the server's greeting arrives; a server greets every connection. */
  greeting(link: string, withinMs: Milliseconds): Promise<Greeting>;
  /**
   * Time until the server answers a line of this size, or until the connection ends; null when neither happens in time.
   * With `unfinished` the line has no end, so the server does not answer it.
   */
  push(
    link: string,
    bytes: Bytes,
    withinMs: Milliseconds,
    unfinished?: boolean,
  ): Promise<Milliseconds | null>;
  /** Time from our close of a connection to the close by the other side; null when that does not happen in time. */
  farewell(link: string, withinMs: Milliseconds): Promise<Milliseconds | null>;
}

/** A type alias, because an interface is not assignable to Json. */
export type Passage = {
  /** Whether a connection can be opened, and stays open by itself. */
  opens: boolean;
  /** Whether what we send has an effect on the server. */
  out: boolean;
  /** Whether what the server sends arrives. */
  back: boolean;
  /** A connection is neither accepted nor refused: the packets that would open it are lost. */
  hangs?: true;
};

/** A type alias for the same reason. */
export type Greeting = {
  /** Sizes of the pieces in which it arrived, in bytes. */
  pieces: number[];
  /** Time from the connection to the first piece; null when none arrived. */
  firstMs: Milliseconds | null;
  /** How it ended: all of it arrived, or the connection ended first, or nothing more arrived in time. */
  end: 'whole' | 'closed' | 'reset' | 'silence';
};
