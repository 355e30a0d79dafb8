import { join } from 'node:path';
import { getJson } from '../../../nats/monitor/monitor.ts';
import { ChaosError } from '../../../support/errors.ts';
import type { EnvironmentSpec } from '../../spec.ts';
import { DockerDisk } from '../engine/docker-disk.ts';
import { DockerLimits } from '../engine/docker-limits.ts';
import type { ServerContainer } from '../engine/server-container.ts';
import type { AttachedServer } from './find-servers.ts';
import { storeAccounts } from '../../storage/store-place.ts';

/** What a run may do to its own containers, which are removed with it. */
export interface OwnCapabilities {
  disk: DockerDisk;
  resources: DockerLimits;
}

interface Owned {
  readonly serverOf: (node: string) => ServerContainer;
  /** Known once the servers were asked. */
  readonly stores: () => ReadonlyMap<string, string>;
  readonly spec: () => EnvironmentSpec | undefined;
  /** What there is of the run on this machine. */
  folder: string;
}

/** Control over the stores and limits of containers that only this run uses. */
export function ownCapabilities({ serverOf, stores, spec, folder }: Owned): OwnCapabilities {
  const disk = new DockerDisk({
    serverOf,
    storeOf: (node) => {
      const store = stores().get(node);
      if (store !== undefined) return store;
      throw new ChaosError(
        'failed',
        `the store of ${node} is out of reach: it has to be a folder \`jetstream\` on a volume or in the container, and no volume itself`,
      );
    },
    asideFolder: () => join(folder, 'aside'),
    accountsOf: (stream) => storeAccounts(spec(), stream),
  });
  return { disk, resources: new DockerLimits(serverOf) };
}

/** Node → the folder in its container in which it keeps its store, as the servers say themselves. */
export async function storesOf(servers: readonly AttachedServer[]): Promise<Map<string, string>> {
  const found = servers.map(async ({ address, monitor, container }) => {
    const { jetstream } = await getJson<Storing>(monitor, '/varz');
    const all = jetstream?.config?.store_dir ?? '';
    const folder = /^(\/.*)\/jetstream$/.exec(all)?.[1];
    // A mount point cannot be replaced as a whole.
    return folder === undefined || container.mounts.includes(all) ? [] : [[address, folder] as const];
  });
  return new Map((await Promise.all(found)).flat());
}

/** `/varz`, as far as it says where a server keeps its store: below a folder `jetstream` that it makes itself. */
interface Storing {
  jetstream?: { config?: { store_dir?: string } };
}
