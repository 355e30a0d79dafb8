import { join } from 'node:path';
import type Docker from 'dockerode';
import type { Observer } from '../../../nats/monitor/observer.ts';
import type { LinkInfo } from '../../driver.ts';
import { ServerContainer } from '../engine/server-container.ts';
import type { AttachedServer } from './find-servers.ts';
import type { Stoppable } from './attached-processes.ts';
import type { LinksOnEngines } from './links-on-engines.ts';
import { snapshotOf, type Snapshot } from './snapshot.ts';

/** The attached servers, their containers and their original state. */
export interface AttachedInventory {
  servers: AttachedServer[];
  containers: Map<string, Stoppable>;
  snapshots: Map<string, Snapshot>;
  /** Every address that any of them has had. */
  addresses: Set<string>;
  /** Node → the folder in its container that holds its store. */
  stores: ReadonlyMap<string, string>;
  observer: Observer;
  links: LinksOnEngines | undefined;
  linkInfos: LinkInfo[];
}

interface InventoryInput {
  readonly dockerOf: (server: AttachedServer) => Docker;
  servers: AttachedServer[];
  logFolder: string;
  observer: Observer;
}

/** Records the original state of every container. */
export function takeInventory({ dockerOf, servers, logFolder, observer }: InventoryInput): AttachedInventory {
  const containers = servers.map((found) => {
    const { address, name, container } = found;
    const plan = {
      name: container.name,
      labels: {},
      command: [],
      files: () => [],
      published: {},
      networks: [],
      volumes: {},
    };
    const server = new ServerContainer(dockerOf(found), plan, '', join(logFolder, `${name}.log`));
    return [address, { server, isRemovedWhenDown: container.isRemovedWhenDown }] as const;
  });
  return {
    servers,
    containers: new Map(containers),
    snapshots: new Map(servers.map(({ address, container }) => [address, snapshotOf(address, container)])),
    addresses: new Set(servers.flatMap(({ container }) => container.endpoints.map((one) => one.address))),
    observer,
    stores: new Map(),
    links: undefined,
    linkInfos: [],
  };
}
