import { join } from 'node:path';
import type Docker from 'dockerode';
import type { Observer } from '../../../nats/observer.ts';
import type { LinkInfo } from '../../driver.ts';
import { ServerContainer } from '../server-container.ts';
import type { FoundServer } from './find-servers.ts';
import type { Stoppable } from './found-processes.ts';
import type { LinksOnEngines } from './links-on-engines.ts';
import { snapshotOf, type Snapshot } from './snapshot.ts';

/** What there is once the containers are found. */
export interface Found {
  servers: FoundServer[];
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

interface Stock {
  readonly dockerOf: (server: FoundServer) => Docker;
  servers: FoundServer[];
  logFolder: string;
  observer: Observer;
}

/** What every container is like before anything is done to it. */
export function takeStock({ dockerOf, servers, logFolder, observer }: Stock): Found {
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
    return [address, { server, goesWhenDown: container.goesWhenDown }] as const;
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
