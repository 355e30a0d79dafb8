import { ackFloor } from './ack-floor.ts';
import { consumerPending } from './consumer-pending.ts';
import { mirrorLag } from './mirror-lag.ts';
import { mirrorState } from './mirror-state.ts';
import type { Probe } from './probe.ts';
import { replicasCurrent } from './replicas-current.ts';
import { serverHealthy } from './server-healthy.ts';
import { streamLeader } from './stream-leader.ts';
import { streamMessages } from './stream-messages.ts';
import { workloadProgress } from './workload-progress.ts';

/** Every probe there is, in the order in which lists show them. */
export const probes: readonly Probe[] = [
  streamMessages,
  mirrorLag,
  mirrorState,
  ackFloor,
  consumerPending,
  streamLeader,
  replicasCurrent,
  serverHealthy,
  workloadProgress,
];
