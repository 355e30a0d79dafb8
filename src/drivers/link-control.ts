import type { Bytes, Milliseconds, PerSecond } from '../support/units.ts';

/** Power over the links, by their ids. What is done to a link carries the mark of the fault that did it. */
export interface LinkControl {
  /**
   * Does one thing to some links in the name of a fault; what other faults did to them stays. A fault strikes a link
   * once: a second blow of its own replaces the first.
   */
  strike(links: readonly string[], fault: string, blow: Blow, way?: Way): Promise<void>;
  /**
   * Why a blow cannot be dealt to some links as things are, and what to do about it, in one line; null when it can.
   * Left out: every blow can be dealt to every link.
   */
  objection?(links: readonly string[], blow: Blow): Promise<string | null>;
  /** Cuts links and lets them pass again, turn and turn about, until they are released. */
  flap(links: readonly string[], fault: string, periodMs: Milliseconds): Promise<void>;
  /**
   * Takes back what a fault did to links; a link that another fault cuts stays cut. Doing it twice is harmless.
   *
   * @throws ChaosError when the proxies do not do it in time, with what to do then
   */
  release(fault: string, links: readonly string[]): Promise<void>;
  /** Ids of the faults that hold a link at this moment. */
  owners(link: string): string[];
  /** A measured round trip through the link to the server behind it; null when nothing comes through in time. */
  roundTrip(link: string, withinMs?: Milliseconds): Promise<Milliseconds | null>;
  /** What else connections of our own show of a link. */
  readonly probe: LinkProbe;
}

/** Both ways, or one: `out` from the node that dials to the one that is dialled, `back` from that one. */
export type Way = 'both' | 'out' | 'back';

/** What can be done to a link. */
export type Blow =
  /** Connections are reset, new ones refused; only both ways. */
  | { kind: 'cut' }
  /** Connections stay, and nothing that is sent arrives. */
  | { kind: 'blackhole' }
  | { kind: 'latency'; latencyMs: Milliseconds; jitterMs: Milliseconds }
  | { kind: 'bandwidth'; bytesPerSecond: PerSecond }
  /** Connections end that much later than they were closed. */
  | { kind: 'slow-close'; delayMs: Milliseconds }
  /** Data arrives in pieces of about this size, with a pause after each. */
  | { kind: 'slicer'; averageBytes: Bytes; variationBytes: Bytes; pauseMs: Milliseconds }
  /** A connection ends once that much has passed. */
  | { kind: 'limit-data'; bytes: Bytes }
  /** A connection is reset that long after data flows. */
  | { kind: 'reset-peer'; afterMs: Milliseconds };

/** Looks at a link from outside, each time by a connection of its own; no server takes notice for longer. */
export interface LinkProbe {
  /** Which ways data passes; silence for `withinMs` means that it does not. */
  passage(link: string, withinMs: Milliseconds): Promise<Passage>;
  /** How the server's greeting arrives, which it sends to whoever connects. */
  greeting(link: string, withinMs: Milliseconds): Promise<Greeting>;
  /**
   * Time until the server's answer to a line of so many bytes, or until the connection ends; null when neither
   * comes in time. With `unfinished` the line has no end, so no server answers it.
   */
  push(
    link: string,
    bytes: Bytes,
    withinMs: Milliseconds,
    unfinished?: boolean,
  ): Promise<Milliseconds | null>;
  /** Time from our closing a connection to the other side's; null when that does not come in time. */
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
  /** A connection is neither accepted nor refused: what would open it is lost on its way. */
  hangs?: true;
};

/** Likewise. */
export type Greeting = {
  /** Sizes of the pieces in which it came, in bytes. */
  pieces: number[];
  /** From the connection to the first piece; null without one. */
  firstMs: Milliseconds | null;
  /** How it ended: all of it came, or the connection ended first, or nothing more came in time. */
  end: 'whole' | 'closed' | 'reset' | 'silence';
};
