import { ackFloor } from './ack-floor.ts';
import { connectProbe } from './connect.ts';
import { clusterSize } from './cluster-size.ts';
import { consumerPending } from './consumer-pending.ts';
import { gatewayMessages } from './gateway-messages.ts';
import { gateways } from './gateways.ts';
import { interestMode } from './interest-mode.ts';
import { monitor } from './monitoring/monitor.ts';
import { mirrorLag } from './mirror-lag.ts';
import { mirrorState } from './mirror-state.ts';
import { command } from './outside/command.ts';
import { http } from './outside/http.ts';
import { prometheus } from './outside/prometheus.ts';
import { queueShare } from './outside/queue-share.ts';
import { trace } from './outside/trace.ts';
import { permission } from './permission.ts';
import type { Probe } from './probe.ts';
export type { ProbeSurroundings } from './probe.ts';
import { replicasCurrent } from './replicas-current.ts';
import { serverHealthy } from './server-healthy.ts';
import { serverList } from './server-list.ts';
import { redis } from './stores/redis.ts';
import { sql } from './stores/sql.ts';
import { serviceHealthy } from './service-healthy.ts';
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
  serviceHealthy,
  permission,
  connectProbe,
  serverList,
  clusterSize,
  gateways,
  gatewayMessages,
  interestMode,
  workloadProgress,
  monitor,
  prometheus,
  http,
  command,
  redis,
  sql,
  queueShare,
  trace,
];
