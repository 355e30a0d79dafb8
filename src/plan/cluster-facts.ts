import type { ClusterFacts } from '../actions/action.ts';
import type { Environment } from '../experiment/schema/environment.ts';
import type { Json } from '../support/json.ts';
import { defined } from './defined.ts';

/** What actions may ask about the clusters of an environment. */
export function clusterFacts(environment: Environment): ClusterFacts[] {
  return Object.entries(environment.clusters).map(([name, cluster]) => ({
    name,
    nodes: cluster.nodes,
    ...defined({ syncInterval: syncsAlways(cluster.config) ? 'always' : syncIntervalOf(cluster) }),
  }));
}

function syncIntervalOf({ jetstream }: Environment['clusters'][string]): 'always' | number | undefined {
  return jetstream === false ? undefined : jetstream.syncInterval;
}

/** The server configuration overrides the other settings; servers know this one by two names. */
function syncsAlways(config: Record<string, Json>): boolean {
  const { jetstream } = config;
  if (typeof jetstream !== 'object' || jetstream === null || Array.isArray(jetstream)) return false;
  return jetstream.sync_interval === 'always' || jetstream.sync === 'always';
}
