import type { StreamReading } from '../nats/observer.ts';
import type { ActionContext } from './action.ts';

/** Server names of a stream's replicas, sorted. */
export function peersOf({ leader, followers }: StreamReading): string[] {
  return [...(leader === null ? [] : [leader]), ...followers].sort();
}

/** That a stream has so many replicas, all of them current and one of them leading. */
export function sightOfReplicas(ctx: ActionContext, stream: string, replicas: number, before: StreamReading) {
  return {
    look: () => ctx.observer.streamInfo(stream),
    holds: (now: StreamReading) =>
      now.replicas === replicas && now.currentReplicas === replicas && peersOf(now).length === replicas,
    describe: (now: StreamReading) =>
      `${stream}: ${before.replicas} replicas before (${peersOf(before).join(', ')}), ${now.replicas} declared and ${now.currentReplicas} current now (${peersOf(now).join(', ')})`,
  };
}
