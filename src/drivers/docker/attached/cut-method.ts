import type Docker from 'dockerode';
import type { LinkEffect } from '../../capabilities/link-control.ts';
import { severancesFor, type Ends, type Severance } from './cut-plan.ts';
import { networkMembers } from './network-members.ts';
import type { Snapshot } from './snapshot.ts';

/** What cutting links between containers needs. */
export interface CutContext {
  docker: Docker;
  /** The original state of the containers, by their nodes' addresses. */
  snapshots: ReadonlyMap<string, Snapshot>;
  /** Why the containers' network namespaces cannot be entered, in words; null when they can. */
  namespaceProblem: string | null;
}

/** The engine disconnects nodes, or packets are blocked, or neither is possible. */
export type CutMethod =
  | { by: 'engine'; severances: Severance[] }
  | { by: 'packets' }
  /** One line: why, and what to do about it. */
  | { by: null; why: string };

/** How some links are cut: by the engine where that cuts nothing else and can be undone exactly. */
export async function cutMethod(
  affected: readonly Ends[],
  kind: LinkEffect['kind'],
  { docker, snapshots, namespaceProblem }: CutContext,
): Promise<CutMethod> {
  // A black hole must be silent; when an engine disconnects a node, the node gets errors.
  if (kind !== 'cut')
    return namespaceProblem === null
      ? { by: 'packets' }
      : { by: null, why: `${BLACKHOLE}: ${namespaceProblem}; ${AS_ROOT}` };
  const severances = severancesFor(affected, await networkMembers(docker, [...snapshots.values()]));
  if (typeof severances !== 'string') return { by: 'engine', severances };
  if (namespaceProblem === null) return { by: 'packets' };
  return {
    by: null,
    why: `the engine cannot cut these links and nothing else (${severances}), and packets cannot be kept from passing (${namespaceProblem}); ${AS_ROOT}, or join the two sides by a network of their own (internal, nobody else in it, fixed addresses)`,
  };
}

const BLACKHOLE = 'a black hole is made by dropping packets, which cannot be done here';
const AS_ROOT = "run as root on the engine's machine, with nsenter, iptables and ss";
