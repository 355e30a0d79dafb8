import type { LinkEffect, Capability, Driver, LinkInfo, NodeInfo, LinkDirection } from '../drivers/driver.ts';
import type { Observer } from '../nats/monitor/observer.ts';
import type { Json } from '../support/json.ts';
import type { Random } from '../support/random.ts';
import { defaulted, duration, Type, type Static, type TSchema } from '../support/schema.ts';
import type { UndoRecord } from '../support/undo-record.ts';

/** What a fault acts on, resolved when it is injected: names only, so that it can be recorded and undone. */
export interface FaultTarget {
  /** `cluster/node`, or `service/1` for a replica of a service. */
  nodes: string[];
  /** Link ids. */
  links: string[];
  /** Link id → the one direction that is affected; a link that is not listed is affected in both. */
  directions?: Record<string, LinkDirection>;
  /** Role as written → the nodes that had it at that moment. */
  roles: Record<string, string[]>;
  /** Of a fault on stores: the mark under which the driver records the damage, and the stream's raft group. */
  store?: { mark: string; group: string | null };
}

/** The names of nodes, replicas of services, and links: all that is known of a system before it is started. */
export interface DeclaredSystem {
  nodes: readonly Pick<NodeInfo, 'address' | 'cluster' | 'name'>[];
  links: readonly LinkInfo[];
}

/** What faults and actions observe, and act on. */
export interface SystemContext {
  driver: Driver;
  nodes: NodeInfo[];
  links: LinkInfo[];
  observer: Observer;
  random: Random;
  signal: AbortSignal;
  /** Whether a node is free of other faults now: roles that leave a choice draw from these. Left out: all are free. */
  isFree?: (node: string) => boolean;
}

export interface FaultContext extends SystemContext {
  /** Id of the fault, unique in its run: its changes to shared resources are marked with it. */
  fault: string;
}

/** The owner of undo records. */
export interface UndoOwner {
  driver: string;
  /** Id of the fault. */
  fault: string;
}

/** The judgement of two observations. */
export interface Proof {
  proven: boolean;
  /** One sentence for the report. */
  statement: string;
}

/** Capabilities of a driver over links. */
type OverLinks = 'links' | 'packets';

/** A fault on links says which of them it may touch, because all others go through no proxy. */
type Reach<S extends TSchema> =
  | { requires: readonly Exclude<Capability, OverLinks>[]; mayTouch?: never }
  | {
      requires: readonly Capability[];
      /**
       * Ids of all links that `resolve` could ever return for these options: where a role or the seed decides, the links
       * of every node that it could choose.
       */
      mayTouch(system: DeclaredSystem, options: Static<S>): string[];
    };

/**
 * One kind of fault. `observe` reads the system from outside; `inForce` and `removed` compare two observations. They are
 * pure functions, so that the report can show exactly what a proof is based on.
 */
export type Fault<S extends TSchema = TSchema, O extends Json = Json> = Reach<S> & {
  kind: string;
  /** One line for `chaos list`. */
  summary: string;
  /** What is observed from outside to prove that it is in force, in one or two sentences for `chaos explain`. */
  proof: string;
  /** An item of `faults` in YAML, valid on the environment dual-mirror or the one below. */
  example: string;
  /** The environment whose addresses the example has; left out: dual-mirror. */
  exampleEnvironment?: string;
  schema: S;
  /** Set when it takes its nodes down, or may: they count against `maxNodesDown` while it is in force. */
  takesNodesDown?: true;
  /** The fault in words: `partition between qa1a and qa1b`. */
  title(options: Static<S>): string;
  /** Addresses and roles → the nodes or links they stand for now. @throws ChaosError when there are none */
  resolve(ctx: FaultContext, options: Static<S>): Promise<FaultTarget>;
  /** Its effect on each of its links; only for a fault that not every driver can inject into every link. */
  effect?(options: Static<S>): LinkEffect;
  observe(ctx: FaultContext, target: FaultTarget, options: Static<S>): Promise<O>;
  /** Why the fault would change nothing, or null. */
  vacuous(before: O): string | null;
  /** Plain records, written to the journal before `inject` is called. */
  undo(target: FaultTarget, options: Static<S>, owner: UndoOwner): UndoRecord[];
  inject(ctx: FaultContext, target: FaultTarget, options: Static<S>): Promise<void>;
  inForce(before: O, now: O, options: Static<S>): Proof;
  removed(before: O, now: O, options: Static<S>): Proof;
};

/** What happens to an injection that meets another fault, or would take too many nodes down together with it. */
export const CONFLICT_POLICIES = ['skip', 'wait', 'end'] as const;
export type ConflictPolicy = (typeof CONFLICT_POLICIES)[number];

/** Fields that every fault has; no fault has a field of its own with one of these names. */
export const commonFaultFields = {
  after: Type.Optional(
    duration(
      "When it is injected, counted from the moment its phase's clock starts; left out: before that, and the clock waits for the proof.",
    ),
  ),
  for: Type.Optional(
    Type.Unsafe<number>({
      ...duration(
        "How long it stays in force, counted from its proof or from the start of its phase's clock; left out: until the phase ends.",
      ),
      'x-minimum': '1ms',
    }),
  ),
  every: Type.Optional(
    duration(
      'Injects it again and again with this period, counted from one injection to the next, until the phase ends. Needs a shorter `for`.',
    ),
  ),
  keep: defaulted(
    Type.Boolean({
      description: 'Leave the fault in force when its phase ends; it is undone at the end of the method.',
    }),
    false,
  ),
  onConflict: Type.Optional(
    Type.Unsafe<ConflictPolicy>({
      type: 'string',
      enum: [...CONFLICT_POLICIES],
      description:
        'What happens where it meets another fault on the same nodes, or would take more nodes down than maxNodesDown allows: `skip` leaves it out this time, `wait` waits until the other is removed, `end` ends the method. Left out: `skip` for a fault with `every` or with a target that leaves a choice (@any, @follower, @minority, @majority, a share), `end` for any other.',
    }),
  ),
  maySkip: Type.Optional(
    Type.Boolean({
      description:
        'true: where it is skipped, that is recorded, and the run is judged by the rest. Left out: a run in which it was skipped more often than injected is inconclusive.',
    }),
  ),
};
