import type { ReplicaName, ServiceSpec } from '../spec.ts';

/** How many replicas of each service are to run now; of each those with the lowest numbers. */
export class ReplicaCounts {
  readonly #counts: Map<string, number>;

  constructor(services: readonly Pick<ServiceSpec, 'name' | 'replicas'>[] = []) {
    this.#counts = new Map(services.map(({ name, replicas }) => [name, replicas]));
  }

  set(service: string, replicas: number): void {
    this.#counts.set(service, replicas);
  }

  /** Whether a replica is one of those that are to run. */
  includes({ service, number }: Pick<ReplicaName, 'service' | 'number'>): boolean {
    return number <= (this.#counts.get(service) ?? 0);
  }

  /** The same by an address such as `service/1`; a node of a cluster counts as one that is to run. */
  includesAddress(address: string): boolean {
    const [service = '', number = ''] = address.split('/');
    return !this.#counts.has(service) || this.includes({ service, number: Number(number) });
  }
}
