import type { DrainOutcome } from '../../history/events.ts';
import type { Observer } from '../../nats/monitor/observer.ts';
import { messageOf } from '../../support/errors.ts';
import type { WorkloadProgress } from '../../workloads/workload.ts';
import type { DrainWatch } from './drain-watch.ts';
import { streamOf } from '../../support/stream-of.ts';

/** How the drain ended for one consumer. */
export interface ConsumerDrain {
  consumer: string;
  outcome: DrainOutcome;
  /** What was left, and what kept the consumer from it; empty when it is drained. */
  text: string;
}

export interface DrainedConsumer {
  watch: DrainWatch;
  /** Of the stream that it reads, where that is a mirror. */
  mirror: DrainWatch | undefined;
  /** The stream that the mirror is filled from. */
  origin: string | undefined;
  /** Of the workloads that read from it. */
  progress: readonly WorkloadProgress[];
}

/** Whether a consumer got everything, and if not, whether it could have. */
export async function drainOutcome(drained: DrainedConsumer, observer: Observer): Promise<ConsumerDrain> {
  const { watch, mirror, origin, progress } = drained;
  const consumer = watch.address;
  const short = [watch, ...(mirror === undefined ? [] : [mirror])].filter(({ left }) => left !== null);
  if (short.length === 0) return { consumer, outcome: 'drained', text: '' };
  const says = (outcome: DrainOutcome, why: string): ConsumerDrain => {
    return { consumer, outcome, text: `${why}: ${short.map(({ left }) => left).join('; ')}` };
  };
  const stream = streamOf(consumer);
  for (const { error, isMissing } of short.filter((one) => one.error !== undefined)) {
    if (isMissing && short.every((one) => one.isFinal)) return says('gone', 'it is not there any more');
    const leaderless = await streamWithoutLeader(
      [stream, ...(origin === undefined ? [] : [origin])],
      observer,
    );
    if (leaderless !== undefined) return says('no-leader', `${leaderless} has no leader`);
    return says('no-answer', `nobody says how far it is (${messageOf(error)})`);
  }
  if (isFinished(progress)) return says('ended', 'its workload has done its count');
  if (progress.some(({ paused }) => paused)) return says('paused', 'its workload is paused');
  if (progress.every(({ offline }) => offline === true))
    return says('offline', 'its workload has no connection');
  if (!short.every((one) => one.isFinal))
    return says('no-time', 'the time was up before it had got everything');
  return says('stalled', 'it had a leader and time, and got no further');
}

/** Whether all workloads of a consumer have reached their count. */
export function isFinished(progress: readonly WorkloadProgress[]): boolean {
  return progress.length > 0 && progress.every(({ finished }) => finished);
}

/** The first of the streams that has no leader. */
async function streamWithoutLeader(
  streams: readonly string[],
  observer: Observer,
): Promise<string | undefined> {
  for (const stream of streams) {
    const leader = await observer.streamLeader(stream).catch(() => null);
    if (leader === null) return stream;
  }
  return undefined;
}
