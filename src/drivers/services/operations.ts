import type { ServiceInfo } from '../driver.ts';
import type { ReloadSignal, ReplicaName, ServiceChange, ServiceSpec } from '../spec.ts';
import type { ReplicaCounts } from './counts.ts';

/** A replica as a driver keeps it. */
export interface KnownReplica extends ReplicaName {
  /** What it is started with: its own copy, as replicas are updated one by one. */
  spec: ServiceSpec;
}

/** What a driver does with the replicas of services. */
export interface ReplicaOperations<R extends KnownReplica> {
  /** All that may run, in order, at the moment of a call. */
  replicas(): readonly R[];
  counts(): ReplicaCounts;
  /** Name of a port → `host:port` at which the runner reaches it. */
  portsOf(replica: R): ServiceInfo['ports'];
  isHealthy(replica: R): Promise<boolean>;
  /** What a command prints that ends with exit code 0, beside the replica; null for any other. */
  outputOf(replica: R, command: readonly string[]): Promise<string | null>;
  /** Starts it, the first time or again. */
  start(replica: R): Promise<void>;
  /** Why it does not run, in words; null while it does. */
  whyDown(replica: R): Promise<string | null>;
  stop(replica: R): Promise<void>;
  /** Makes what is known of a replica that is down what its `spec` says now. */
  renew(replica: R): Promise<void>;
  /** Writes its files anew, as the placeholders are now, and sends it a signal. */
  reload(replica: R, signal: ReloadSignal): Promise<void>;
  obtain(image: string): Promise<void>;
  /** What of a change has an effect on its replicas here. */
  heeds(spec: ServiceSpec): readonly (keyof ServiceChange)[];
  /** Ends every wait. */
  signal: AbortSignal;
}
