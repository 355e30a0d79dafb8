import type { ServiceChange } from '../spec.ts';

/** The services that a driver has started beside NATS. */
export interface Services {
  /** Every replica that is to run now. */
  list(): ServiceInfo[];
  /** Whether the health check of a replica succeeds now. @throws ChaosError for an unknown one */
  healthy(replica: string): Promise<boolean>;
  /** The role that a replica says it has; null when it does not answer. @throws ChaosError where replicas have no roles */
  role(replica: string): Promise<string | null>;
  /**
   * Starts or stops replicas, those with the highest numbers, until so many are to run. Returns once the new ones are
   * healthy, and the others have ended.
   *
   * @throws ChaosError `not-ready` for a new one that ends, or is not healthy in time
   */
  scale(service: string, replicas: number): Promise<void>;
  /** Scales to as many replicas as there were at the start. Harmless when so many run. */
  scaleBack(service: string): Promise<void>;
  /** Gets an image ready, so that `update` need not wait for it. @throws ChaosError `unavailable` */
  obtain(image: string): Promise<void>;
  /** Stops a replica gracefully, and starts it again with the change, which it keeps. */
  update(replica: string, change: ServiceChange): Promise<void>;
}

/** One replica of a service. */
export interface ServiceInfo {
  /** `service/1`. */
  address: string;
  service: string;
  /** `service-1`. */
  name: string;
  /** Name of a port → `host:port`, past the proxies. */
  ports: Record<string, string>;
}
