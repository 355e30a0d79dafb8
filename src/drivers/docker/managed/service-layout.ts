import { replicasOf, type EnvironmentSpec, type ReplicaName, type ServiceSpec } from '../../spec.ts';
import { engineKeyOf, type EngineKey } from '../engine/engines.ts';

/** From here on services listen on their free ports in their containers. */
const FIRST_SERVICE_PORT = 18_080;

/** A replica of a service, as far as it is known before there are networks. */
export interface PlannedReplica extends ReplicaName {
  spec: ServiceSpec;
  engine: EngineKey;
  /** Name on the engine. */
  container: string;
  /** Name of a port → the port inside of the container. */
  listensOn: Record<string, number>;
}

/**
 * The replicas of all services. All of them are on the engine of the first cluster; the plan refuses services where there
 * are several engines.
 */
export function planReplicas({ services = [], clusters }: EnvironmentSpec, prefix: string): PlannedReplica[] {
  const [first] = clusters;
  return services.flatMap((spec) =>
    replicasOf([spec]).map((replica) => ({
      ...replica,
      spec,
      engine: first === undefined ? '' : engineKeyOf(first),
      container: `${prefix}-service-${replica.name}`,
      listensOn: portsInside(spec),
    })),
  );
}

/** The declared port, in every replica, as each has an address of its own; for `free` one that is not declared. */
function portsInside({ ports, inContainer = {} }: ServiceSpec): Record<string, number> {
  const taken = new Set([...Object.values(ports), ...Object.values(inContainer)]);
  let next = FIRST_SERVICE_PORT;
  return Object.fromEntries(
    Object.entries(ports).map(([use, port]) => {
      if (port !== 'free') return [use, port];
      const known = inContainer[use];
      if (known !== undefined) return [use, known];
      while (taken.has(next)) next += 1;
      taken.add(next);
      return [use, next];
    }),
  );
}
