import type { Ratio } from '../../support/units.ts';
import type { LinkDirection } from './link-control.ts';

/** Drops single packets between the node or client that dials a link, and the link's proxy. */
export interface Packets {
  /** Makes the kernel drop packets at random, on all links of a fault at once. @param directions by link id */
  drop(directions: Record<string, LinkDirection>, fault: string, share: Ratio): Promise<void>;
  /** Stops the packet loss of a fault; harmless when there is none. */
  release(fault: string): Promise<void>;
  /** What the kernel has counted for a fault since its injection, by link ids. */
  observe(links: readonly string[], fault: string): Promise<Record<string, LinkPackets>>;
  /** Ids of the faults that drop packets of a link now. */
  owners(link: string): string[];
}

/** Null when the kernel has no rule. A type alias, because an interface is not assignable to Json. */
export type LinkPackets = { out: PacketCount | null; back: PacketCount | null };

/** Packets that passed the rule, and how many of them were dropped. A type alias for the same reason. */
export type PacketCount = { seen: number; dropped: number };
