import type { Observer } from '../../nats/observer.ts';
import { ChaosError } from '../../support/errors.ts';
import type { ConfigFile } from './config-file.ts';
import type { ServerProcess } from './server-process.ts';
import type { PlacedLink, PlacedNode } from '../shared/topology.ts';
import type { ToxiproxyServer } from './toxiproxy.ts';

/** What exists once the servers run. */
export interface Running {
  /** Everything of the run on disk, logs excepted. */
  folder: string;
  nodes: PlacedNode[];
  links: PlacedLink[];
  servers: Map<string, ServerProcess>;
  configs: Map<string, ConfigFile>;
  toxiproxy: ToxiproxyServer;
  observer: Observer;
}

/** What belongs to a node. @throws ChaosError for a node that there is not */
export function ofNode<T>(things: ReadonlyMap<string, T>, node: string): T {
  const thing = things.get(node);
  if (thing === undefined) throw new ChaosError('failed', `there is no node ${node}`);
  return thing;
}
