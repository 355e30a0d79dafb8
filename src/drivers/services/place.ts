import { join } from 'node:path';
import type { ServiceInfo } from '../driver.ts';
import type { PortHold } from '../servers/ports.ts';
import { replicasOf, type ReplicaName, type ServiceSpec } from '../spec.ts';

/** A replica with its real ports, which are behind the proxies, and its own folder. */
export interface PlacedReplica extends ServiceInfo {
  spec: ServiceSpec;
  /** From 1. */
  number: number;
  /** Name of a port → number. */
  listensOn: Record<string, number>;
  /** Where it runs, and keeps its files; it is removed with the environment. */
  folder: string;
}

/**
 * Chooses the ports of every replica.
 *
 * @param at the host that they listen on, and the folder of the run
 * @throws ChaosError `unavailable` when a declared one is taken
 */
export async function placeReplicas(
  services: readonly ServiceSpec[],
  ports: PortHold,
  freePorts: boolean,
  at: { host: string; folder: string },
): Promise<PlacedReplica[]> {
  const placed: PlacedReplica[] = [];
  for (const { spec, address, service, name, number } of sparesLast(everyReplica(services))) {
    const listensOn: Record<string, number> = {};
    for (const [use, first] of Object.entries(spec.ports)) {
      listensOn[use] =
        first === 'free'
          ? await ports.free()
          : await ports.declared(
              first + number - 1,
              `${use} of ${address}`,
              freePorts || number > spec.replicas,
            );
    }
    placed.push({
      address,
      service,
      name,
      number,
      spec,
      listensOn,
      ports: Object.fromEntries(Object.entries(listensOn).map(([use, port]) => [use, `${at.host}:${port}`])),
      folder: join(at.folder, 'services', name),
    });
  }
  return inOrder(placed);
}

function everyReplica(services: readonly ServiceSpec[]): (ReplicaName & { spec: ServiceSpec })[] {
  return services.flatMap((spec) => replicasOf([spec]).map((one) => ({ ...one, spec })));
}

/** The replicas that run only after a scaling come last, as the ports that are declared for others are not theirs. */
export function sparesLast<R extends { number: number; spec: Pick<ServiceSpec, 'replicas'> }>(
  replicas: readonly R[],
): R[] {
  const isSpare = ({ number, spec }: R): boolean => number > spec.replicas;
  return [...replicas.filter((one) => !isSpare(one)), ...replicas.filter(isSpare)];
}

/** Services in the order in which they were, and of each its replicas by number. */
export function inOrder<R extends { service: string; number: number }>(replicas: readonly R[]): R[] {
  const services = [...new Set(replicas.map(({ service }) => service))];
  return services.flatMap((name) =>
    replicas.filter(({ service }) => service === name).sort((a, b) => a.number - b.number),
  );
}
