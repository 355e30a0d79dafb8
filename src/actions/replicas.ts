import type { StreamReading } from '../nats/monitor/observer.ts';
import type { ActionContext } from './action.ts';

/**
 * While the group of a stream changes, a server can list the old members again after it has listed the new ones,
 * so one look does not show that a change has ended.
 */
export const LOOKS_AT_MEMBERS = 10;

/** Server names of a stream's replicas, sorted. */
export function peersOf({ leader, followers }: StreamReading): string[] {
  return [...(leader === null ? [] : [leader]), ...followers].sort();
}

/** Holds once a stream has so many replicas, all of them current, and a leader. */
export function observationOfReplicas(
  ctx: ActionContext,
  stream: string,
  replicas: number,
  before: StreamReading,
) {
  return {
    looks: LOOKS_AT_MEMBERS,
    observe: () => ctx.observer.streamInfo(stream),
    holds: (now: StreamReading) =>
      now.replicas === replicas && now.currentReplicas === replicas && peersOf(now).length === replicas,
    describe: (now: StreamReading) =>
      `${stream}: ${before.replicas} replicas before (${peersOf(before).join(', ')}), ${now.replicas} declared and ${now.currentReplicas} current now (${peersOf(now).join(', ')})`,
  };
}
