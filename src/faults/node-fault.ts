import type { ProcessState } from '../drivers/driver.ts';
import { strictObject, Type, type Static } from '../support/schema.ts';
import { commonFaultFields, type Fault, type FaultContext, type FaultTarget, type Proof } from './fault.ts';
import { listOf, nodesField } from './fields.ts';
import { pausing, processes } from './powers.ts';
import { resolveNodes } from './targets.ts';

/** What can be seen of some nodes from outside. A type alias, because an interface is not assignable to Json. */
export type NodeObservation = { [node: string]: { state: ProcessState; answers: boolean } };

/** What tells one fault on processes from another. */
interface NodeFaultTraits<K extends string> {
  kind: K;
  summary: string;
  description: string;
  /** What it makes of a running node. */
  leaves: Exclude<ProcessState, 'running'>;
  undoOp: 'processes.start' | 'processes.resume';
  strike: 'stop' | 'kill' | 'pause';
}

/** A fault on the processes of nodes: they differ in the blow, and in what it leaves. */
export function nodeFault<const K extends string>(traits: NodeFaultTraits<K>) {
  const schema = strictObject(
    { kind: Type.Literal(traits.kind), nodes: nodesField, ...commonFaultFields },
    traits.description,
  );
  type Options = Static<typeof schema>;
  const fault: Fault<typeof schema, NodeObservation> = {
    kind: traits.kind,
    summary: traits.summary,
    schema,
    requires: [traits.strike === 'pause' ? 'pausing' : 'processes'],
    takesNodesDown: true,
    title: (options: Options) => `${traits.kind} ${listOf(options.nodes).join(', ')}`,
    resolve: (ctx, options: Options) => resolveNodes(ctx, options.nodes),
    ...judgedBy(traits.leaves),
    undo: (target, _options, { driver }) =>
      target.nodes.map((node) => ({ driver, op: traits.undoOp, args: { node } })),
    inject: async (ctx, target) => {
      const { strike } = traits;
      const blow = (node: string): Promise<void> =>
        strike === 'pause' ? pausing(ctx).pause(node) : processes(ctx)[strike](node);
      await Promise.all(target.nodes.map(blow));
    },
  };
  return fault;
}

/** How a fault on processes is seen and judged, by what it makes of a running node. */
export function judgedBy(leaves: Exclude<ProcessState, 'running'>) {
  return {
    observe: observeNodes,
    vacuous: alreadyDown,
    inForce: (_before: NodeObservation, now: NodeObservation): Proof => ({
      proven: everyNode(now, (node) => node.state === leaves && !node.answers),
      statement: describe(now),
    }),
    removed: (_before: NodeObservation, now: NodeObservation): Proof => ({
      proven: everyNode(now, (node) => node.state === 'running' && node.answers),
      statement: describe(now),
    }),
  };
}

export async function observeNodes(ctx: FaultContext, target: FaultTarget): Promise<NodeObservation> {
  const seen = await Promise.all(
    target.nodes.map(async (node) => {
      const [state, answers] = await Promise.all([pausing(ctx).state(node), ctx.observer.answers(node)]);
      return [node, { state, answers }] as const;
    }),
  );
  return Object.fromEntries(seen);
}

function alreadyDown(before: NodeObservation): string | null {
  const dead = Object.entries(before).filter(([, node]) => node.state !== 'running');
  if (dead.length === 0) return null;
  return `${dead.map(([name, node]) => `${name} was already ${node.state}`).join(', ')} before the fault`;
}

function everyNode(now: NodeObservation, holds: (node: NodeObservation[string]) => boolean): boolean {
  const nodes = Object.values(now);
  return nodes.length > 0 && nodes.every(holds);
}

function describe(now: NodeObservation): string {
  return Object.entries(now)
    .map(([name, node]) => `${name} is ${node.state} and ${node.answers ? 'answers' : 'does not answer'}`)
    .join('; ');
}
