import type Docker from 'dockerode';
import type { Blow } from '../../link-control.ts';
import { severancesFor, type Ends, type Severance } from './cut-plan.ts';
import { networkMembers } from './network-members.ts';
import type { Snapshot } from './snapshot.ts';

/** What is known of containers whose links are to be cut. */
export interface CutContext {
  docker: Docker;
  /** As the containers were found, by their nodes' addresses. */
  snapshots: ReadonlyMap<string, Snapshot>;
  /** Why the containers' network namespaces cannot be entered, in words; null when they can. */
  closed: string | null;
}

/** The engine disconnects nodes, or packets are kept from passing, or neither goes. */
export type WayToCut =
  | { by: 'engine'; severances: Severance[] }
  | { by: 'packets' }
  /** One line: why, and what to do about it. */
  | { by: null; why: string };

/** How some links are cut: by the engine where that cuts nothing else and can be undone exactly. */
export async function wayToCut(
  struck: readonly Ends[],
  kind: Blow['kind'],
  { docker, snapshots, closed }: CutContext,
): Promise<WayToCut> {
  // What a firewall drops is dropped silently; an engine that disconnects tells the node that nobody is there.
  if (kind !== 'cut')
    return closed === null ? { by: 'packets' } : { by: null, why: `${BLACKHOLE}: ${closed}; ${AS_ROOT}` };
  const severances = severancesFor(struck, await networkMembers(docker, [...snapshots.values()]));
  if (typeof severances !== 'string') return { by: 'engine', severances };
  if (closed === null) return { by: 'packets' };
  return {
    by: null,
    why: `the engine cannot cut these links and nothing else (${severances}), and packets cannot be kept from passing (${closed}); ${AS_ROOT}, or join the two sides by a network of their own (internal, nobody else in it, fixed addresses)`,
  };
}

const BLACKHOLE = 'a black hole is made by dropping packets, which cannot be done here';
const AS_ROOT = "run as root on the engine's machine, with nsenter, iptables and ss";
