import type { ClusterFacts } from '../actions/action.ts';
import type { Environment } from '../experiment/environment-schema.ts';
import type { Json } from '../support/json.ts';
import { defined } from './defined.ts';

/** What actions may ask about the clusters of an environment. */
export function clusterFacts(environment: Environment): ClusterFacts[] {
  return Object.entries(environment.clusters).map(([name, cluster]) => ({
    name,
    nodes: cluster.nodes,
    ...defined({ syncInterval: syncsAlways(cluster.config) ? 'always' : cluster.jetstream.syncInterval }),
  }));
}

/** The server configuration is merged over the rest, under either name that servers know the setting by. */
function syncsAlways(config: Record<string, Json>): boolean {
  const { jetstream } = config;
  if (typeof jetstream !== 'object' || jetstream === null || Array.isArray(jetstream)) return false;
  return jetstream.sync_interval === 'always' || jetstream.sync === 'always';
}
