import { dockerEnginesOf, type DockerEngine } from '../../resolve/docker-engines.ts';
import type { Inventory } from '../../resolve/inventory.ts';
import { child } from '../../source/pointer.ts';
import type { EnvironmentRule } from '../rule.ts';

export const reachableEngines: EnvironmentRule = {
  name: 'engines/reachable',
  demand: 'A cluster that is dialled from another engine has an address that can be reached from there.',
  check({ value, inventory, complaints }) {
    // Servers that run already have their connections already.
    if (inventory.attached) return;
    const reported = new Set<string>();
    for (const [dialling, dialled] of dialsBetweenEngines(dockerEnginesOf(value), inventory)) {
      if (reported.has(dialled.cluster) || isReachable(dialled.address)) continue;
      reported.add(dialled.cluster);
      const at =
        dialled.address === undefined ? child('/clusters', dialled.cluster) : `${dialled.pointer}/address`;
      complaints.error(
        at,
        `${dialling.cluster} is on another Docker engine and dials ${dialled.cluster}; expected \`docker: { address: ... }\`, the IPv4 address of its engine's machine`,
        dialled.address === undefined ? 'key' : undefined,
      );
    }
  },
};

/** Which cluster dials which one on another engine; across a gateway both sides dial. */
function dialsBetweenEngines(
  engines: readonly DockerEngine[],
  { links }: Inventory,
): [DockerEngine, DockerEngine][] {
  const of = (cluster: string): DockerEngine | undefined => engines.find((one) => one.cluster === cluster);
  return links.flatMap(({ kind, clusters }): [DockerEngine, DockerEngine][] => {
    const [from, to] = clusters.map(of);
    if (!from || !to || from.host === to.host) return [];
    return kind === 'gateway'
      ? [
          [from, to],
          [to, from],
        ]
      : [[from, to]];
  });
}

/** A loopback address means another machine on every machine. */
function isReachable(address: string | undefined): boolean {
  return address !== undefined && !address.startsWith('127.');
}
