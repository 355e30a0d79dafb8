import type { Injection } from './injection.ts';

/** What is known of an injection before it is made, or while it is in force. */
export type Candidate = Pick<Injection, 'fault' | 'target' | 'touches'>;

/**
 * Nodes on which one injection must not be made while another is in force, because its proof would rest on the other's
 * effect, or could not be observed: the other has stopped them, both take them down, or both do the same to them.
 */
export function conflictingNodes(one: Candidate, other: Candidate): string[] {
  if (touchesMachine(one)) return [];
  const alike =
    (takesNodesDown(one) && takesNodesDown(other)) ||
    (!touchesLinks(one) && one.fault.kind === other.fault.kind);
  return other.target.nodes.filter(
    (node) => (stopsNodes(other) && one.touches.has(node)) || (alike && one.target.nodes.includes(node)),
  );
}

/** Whether another injection explains that one would change nothing. */
export function explains(other: Candidate, one: Candidate): boolean {
  return (
    conflictingNodes(one, other).length > 0 ||
    other.target.links.some((link) => one.target.links.includes(link))
  );
}

/** Whether a later injection, while it is in force, hides a node that this one affects. */
export function obscures(later: Candidate, one: Candidate): boolean {
  return stopsNodes(later) && later.target.nodes.some((node) => one.touches.has(node));
}

/** Whether it may leave a stream, a consumer or the meta group without a leader: it takes nodes down, or cuts links. */
export function mayCostLeaders(one: Candidate): boolean {
  return takesNodesDown(one) || one.fault.effect !== undefined;
}

export function takesNodesDown({ fault }: Candidate): boolean {
  return fault.takesNodesDown === true;
}

/** Whether it stops, kills or freezes the servers themselves. */
function stopsNodes(one: Candidate): boolean {
  return takesNodesDown(one) && !touchesLinks(one);
}

function touchesLinks({ fault }: Candidate): boolean {
  return fault.mayTouch !== undefined;
}

/** Its proof rests on its use of the machine, not on the nodes. */
function touchesMachine({ fault }: Candidate): boolean {
  return fault.requires.includes('pressure');
}
