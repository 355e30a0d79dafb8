import type { Ratio } from '../support/units.ts';
import type { Way } from './link-control.ts';

/** Power over single packets on their way between whoever dials a link and its proxy. */
export interface Packets {
  /** Has the kernel drop packets at random, all of one fault at one moment. @param ways link id → which way they go */
  drop(ways: Record<string, Way>, fault: string, share: Ratio): Promise<void>;
  /** Lets all packets pass that a fault had dropped; harmless when there are none. */
  release(fault: string): Promise<void>;
  /** What the kernel has counted for a fault since it struck, by link ids. */
  look(links: readonly string[], fault: string): Promise<Record<string, LinkPackets>>;
  /** Ids of the faults that drop packets of a link at this moment. */
  owners(link: string): string[];
}

/** Null where the kernel has no rule. A type alias, because an interface is not assignable to Json. */
export type LinkPackets = { out: PacketCount | null; back: PacketCount | null };

/** Likewise: packets that came by, and how many of them were dropped. */
export type PacketCount = { seen: number; dropped: number };
