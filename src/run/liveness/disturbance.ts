import type { Fault } from '../../faults/fault.ts';
import type { ActiveInjection } from '../faults/injection.ts';
import type { Disturbance } from './quorum.ts';

/** With no more than this added, heartbeats and elections go on. */
const HARMLESS_MS = 500;

/** What an injection takes away while it is in force; what it only slows down can still be counted on. */
export function disturbanceOf(
  injection: Pick<ActiveInjection, 'fault' | 'plan' | 'target'> & { record: { id: string } },
): Disturbance {
  const { fault, plan, target, record } = injection;
  const onLinks = fault.mayTouch !== undefined;
  return {
    id: record.id,
    nodes: !onLinks && costsNodes(fault) ? target.nodes : [],
    links: onLinks && costsLinks(fault.kind, plan.options) ? target.links : [],
  };
}

/** Capabilities of faults after which a server may not serve its replicas, although it runs. */
const ON_STORES = ['disk', 'storage', 'power', 'disk-space', 'memory'] as const;

function costsNodes({ takesNodesDown, requires }: Pick<Fault, 'takesNodesDown' | 'requires'>): boolean {
  return takesNodesDown === true || ON_STORES.some((capability) => requires.includes(capability));
}

/** A flapping link, or one that loses packets or becomes slow, leaves nothing to count on. */
function costsLinks(kind: string, { latency, jitter }: Record<string, unknown>): boolean {
  if (kind === 'latency') return Number(latency) + Number(jitter ?? 0) > HARMLESS_MS;
  return kind !== 'slow-close';
}
