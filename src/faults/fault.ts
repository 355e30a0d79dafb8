import type { Blow, Capability, Driver, LinkInfo, NodeInfo, Way } from '../drivers/driver.ts';
import type { Observer } from '../nats/observer.ts';
import type { Json } from '../support/json.ts';
import type { Random } from '../support/random.ts';
import { defaulted, duration, Type, type Static, type TSchema } from '../support/schema.ts';
import type { UndoRecord } from '../support/undo-record.ts';

/** What a fault strikes, resolved when it strikes: names only, so that it can be recorded and undone. */
export interface FaultTarget {
  /** `cluster/node`. */
  nodes: string[];
  /** Link ids. */
  links: string[];
  /** Link id → the one way that is struck; a link that is not here is struck both ways. */
  ways?: Record<string, Way>;
  /** Role as written → what it was just then. */
  roles: Record<string, string[]>;
  /** Of a fault on stores: the mark under which the driver keeps what was done, and the stream's raft group. */
  store?: { mark: string; group: string | null };
}

/** What faults and actions see of the system, and act upon. */
export interface SystemContext {
  driver: Driver;
  nodes: NodeInfo[];
  links: LinkInfo[];
  observer: Observer;
  random: Random;
  signal: AbortSignal;
}

export interface FaultContext extends SystemContext {
  /** Id of the fault, unique in its run: what it does to a shared thing carries this mark. */
  fault: string;
}

/** Whose undo records they are. */
export interface UndoOwner {
  driver: string;
  /** Id of the fault. */
  fault: string;
}

/** A judgement on two observations. */
export interface Proof {
  proven: boolean;
  /** One sentence for the report. */
  statement: string;
}

/**
 * One way to break things. `observe` reads the world from outside, and the two judges compare readings: they are
 * pure, so that the report can show exactly what a proof rests on.
 */
export interface Fault<S extends TSchema = TSchema, O extends Json = Json> {
  kind: string;
  /** One line for `chaos list`. */
  summary: string;
  schema: S;
  requires: readonly Capability[];
  /** Whether it takes the nodes it strikes down, or may: they count against `maxNodesDown` while it is in force. */
  takesNodesDown?: true;
  /** The fault in words: `partition between qa1a and qa1b`. */
  title(options: Static<S>): string;
  /** Addresses and roles → what they mean now. @throws ChaosError when they mean nothing */
  resolve(ctx: FaultContext, options: Static<S>): Promise<FaultTarget>;
  /** What it does to each of its links; only of a fault that not every driver can do to every link. */
  blow?(options: Static<S>): Blow;
  observe(ctx: FaultContext, target: FaultTarget, options: Static<S>): Promise<O>;
  /** Why the fault would change nothing, or null. */
  vacuous(before: O): string | null;
  /** Plain records, journalled before `inject` is called. */
  undo(target: FaultTarget, options: Static<S>, owner: UndoOwner): UndoRecord[];
  inject(ctx: FaultContext, target: FaultTarget, options: Static<S>): Promise<void>;
  inForce(before: O, now: O, options: Static<S>): Proof;
  removed(before: O, now: O, options: Static<S>): Proof;
}

/** Fields that every fault has; no fault has a field of its own with one of these names. */
export const commonFaultFields = {
  after: Type.Optional(
    duration(
      "When it strikes, counted from the moment its phase's clock starts; left out: before that, and the clock waits for the proof.",
    ),
  ),
  for: Type.Optional(
    Type.Unsafe<number>({
      ...duration(
        "How long it stays in force once it is proven to be, or once its phase's clock starts; left out: until the phase ends.",
      ),
      'x-minimum': '1ms',
    }),
  ),
  every: Type.Optional(
    duration(
      'Strikes again and again with this period, counted from strike to strike, until the phase ends. Needs a shorter `for`.',
    ),
  ),
  keep: defaulted(
    Type.Boolean({
      description: 'Leave the fault in force when its phase ends; it is undone at the end of the method.',
    }),
    false,
  ),
};
