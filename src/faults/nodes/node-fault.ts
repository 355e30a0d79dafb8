import type { ProcessState } from '../../drivers/driver.ts';
import { strictObject, Type, type Static } from '../../support/schema.ts';
import { commonFaultFields, type Fault, type FaultContext, type FaultTarget, type Proof } from '../fault.ts';
import { listOf, membersField } from '../fields.ts';
import { pausing, processes } from '../capabilities.ts';
import { answers, everyNode, observeEach } from '../per-node.ts';
import { resolveNodes } from '../targets.ts';

/** What is observed of nodes from outside. A type alias, because an interface is not assignable to Json. */
export type NodeObservation = { [node: string]: { state: ProcessState; answers: boolean } };

/** The differences between faults on processes. */
interface NodeFaultTraits<K extends string> {
  kind: K;
  summary: string;
  proof: string;
  example: string;
  description: string;
  /** The state that a running node is in afterwards. */
  leaves: Exclude<ProcessState, 'running'>;
  undoOp: 'processes.start' | 'processes.resume';
  inject: 'stop' | 'kill' | 'pause';
}

/** A fault on the processes of nodes: these faults differ in their effect, and in the state after it. */
export function nodeFault<const K extends string>(traits: NodeFaultTraits<K>) {
  const schema = strictObject(
    { kind: Type.Literal(traits.kind), nodes: membersField, ...commonFaultFields },
    traits.description,
  );
  type Options = Static<typeof schema>;
  const fault: Fault<typeof schema, NodeObservation> = {
    kind: traits.kind,
    summary: traits.summary,
    proof: traits.proof,
    example: traits.example,
    schema,
    requires: [traits.inject === 'pause' ? 'pausing' : 'processes'],
    takesNodesDown: true,
    title: (options: Options) => `${traits.kind} ${listOf(options.nodes).join(', ')}`,
    resolve: (ctx, options: Options) => resolveNodes(ctx, options.nodes),
    ...judgedBy(traits.leaves),
    undo: (target, _options, { driver }) =>
      target.nodes.map((node) => ({ driver, op: traits.undoOp, args: { node } })),
    inject: async (ctx, target) => {
      const { inject } = traits;
      const effect = (node: string): Promise<void> =>
        inject === 'pause' ? pausing(ctx).pause(node) : processes(ctx)[inject](node);
      await Promise.all(target.nodes.map(effect));
    },
  };
  return fault;
}

/** How a fault on processes is observed and judged, by the state that a running node is in afterwards. */
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

export function observeNodes(ctx: FaultContext, target: FaultTarget): Promise<NodeObservation> {
  return observeEach(target.nodes, async (node) => {
    const [state, isAnswering] = await Promise.all([pausing(ctx).state(node), answers(ctx, node)]);
    return { state, answers: isAnswering };
  });
}

function alreadyDown(before: NodeObservation): string | null {
  const dead = Object.entries(before).filter(([, node]) => node.state !== 'running');
  if (dead.length === 0) return null;
  return `${dead.map(([name, node]) => `${name} was already ${node.state}`).join(', ')} before the fault`;
}

function describe(now: NodeObservation): string {
  return Object.entries(now)
    .map(([name, node]) => `${name} is ${node.state} and ${node.answers ? 'answers' : 'does not answer'}`)
    .join('; ');
}
