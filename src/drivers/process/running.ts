import type { Observer } from '../../nats/monitor/observer.ts';
import { ChaosError } from '../../support/errors.ts';
import type { AssertionFiles } from './assertion-files.ts';
import type { ConfigFile } from './config-file.ts';
import type { RunCertificates } from '../tls/run-certificates.ts';
import type { ReplicaCounts } from '../services/counts.ts';
import type { PlacedReplica } from '../services/place.ts';
import type { ServerProcess } from './server-process.ts';
import type { PlacedLink, PlacedNode } from '../servers/topology.ts';
import type { ToxiproxyServer } from './toxiproxy.ts';

/** Everything that exists once the servers run. */
export interface RunningProcesses {
  /** Everything of the run on disk, logs excepted. */
  folder: string;
  nodes: PlacedNode[];
  links: PlacedLink[];
  /** Of the services: all that may run. */
  replicas: PlacedReplica[];
  /** How many of them are to run. */
  counts: ReplicaCounts;
  /** By the addresses of nodes, and of replicas that were started. */
  servers: Map<string, ServerProcess>;
  configs: Map<string, ConfigFile>;
  /** Left out: every link is direct. */
  toxiproxy?: ToxiproxyServer;
  observer: Observer;
  assertions: AssertionFiles;
  /** Only with TLS. */
  certificates?: RunCertificates;
}

/** The entry of a node or replica. @throws ChaosError for an unknown one */
export function ofNode<T>(things: ReadonlyMap<string, T>, node: string): T {
  const thing = things.get(node);
  if (thing === undefined) throw new ChaosError('failed', `there is no node ${node}`);
  return thing;
}
