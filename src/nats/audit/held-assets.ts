import type { Milliseconds } from '../../support/units.ts';

/** A stream of a workload, as one node holds it. */
export interface HeldAsset {
  /** Without its cluster. */
  stream: string;
  /** The number of the write whose configuration it has; 0: it has that of no write of the workload. */
  value: number;
  /** The same of its consumers, by name. */
  consumers: Record<string, number>;
  /** How its configuration, or that of a consumer, is another than that of the write that it names. */
  wrong?: string;
}

/** What each node holds of the streams of a workload, and what the API lists. */
export interface AssetsAudit {
  workload: string;
  /** False where some node could not be read: `error` says why. */
  complete: boolean;
  /** How many nodes are to hold each stream. */
  replicas: number;
  /** How long it was waited until nodes and API agreed, or until the time was up. */
  waitedMs: Milliseconds;
  nodes: { node: string; held: HeldAsset[] }[];
  /** The streams that there are by the API, asked through each node. */
  listed: { node: string; streams: string[] }[];
  error?: string;
}

/** Whether all agree: as many nodes as there are to be replicas hold what the API lists, and hold the same. */
export function isSettled({ complete, replicas, nodes, listed }: Omit<AssetsAudit, 'waitedMs'>): boolean {
  if (!complete) return false;
  const views = new Map<string, string[]>();
  for (const asset of nodes.flatMap(({ held }) => held))
    views.set(asset.stream, [...(views.get(asset.stream) ?? []), JSON.stringify(asset)]);
  const names = JSON.stringify([...views.keys()].sort());
  return (
    [...views.values()].every((all) => all.length === replicas && new Set(all).size === 1) &&
    listed.every(({ streams }) => JSON.stringify([...streams].sort()) === names)
  );
}
