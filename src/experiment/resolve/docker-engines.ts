import { entriesOf, field, textOf } from '../source/lenient.ts';
import { child, type Pointer } from '../source/pointer.ts';
import { originOfServers } from './servers-origin.ts';

/** A cluster's `docker`, as far as it can be read. */
export interface DockerEngine {
  cluster: string;
  pointer: Pointer;
  host: string | undefined;
  certPath: string | undefined;
  address: string | undefined;
}

/** The engine of each cluster; none where clusters cannot have engines of their own. */
export function dockerEnginesOf(environment: unknown): DockerEngine[] {
  if (!['started', 'containers'].includes(originOfServers(environment))) return [];
  return entriesOf(field(environment, 'clusters')).map(([cluster, body]) => {
    const docker = field(body, 'docker');
    const of = (key: string): string | undefined => textOf(field(docker, key));
    const pointer = `${child('/clusters', cluster)}/docker`;
    return { cluster, pointer, host: of('host'), certPath: of('certPath'), address: of('address') };
  });
}
