import type { Json } from '../support/json.ts';
import type { Milliseconds } from '../support/units.ts';

/** An assertion of the server itself that was reached, on the first node that reached it so. */
export interface AssertionRecord {
  /** When it was read, at most about a second after it was reached. */
  t: Milliseconds;
  /** `cluster/node`. */
  node: string;
  message: string;
  /** `Unreachable`, `AlwaysOrUnreachable` … */
  kind: string;
  violated: boolean;
  /** `raft.go:4947 setWriteErrLocked`. */
  where: string;
  details: Json;
  /** Ids of the faults that were in force, those on this node first. */
  faults: string[];
  /** Why its violation is no failure: a fault explains it. */
  accepted?: string;
}
