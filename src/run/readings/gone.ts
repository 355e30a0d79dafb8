import type { FaultRecord, PhaseRecord, Sample } from '../../history/record.ts';
import { GONE_MS, readsNotFound } from '../../nats/not-found.ts';
import { formatDuration, type Milliseconds } from '../../support/units.ts';
import { streamOf } from '../../support/stream-of.ts';

/**
 * Since when the servers have said, without a break, that what a probe reads does not exist; undefined where its newest
 * reading says anything else.
 *
 * @param from earlier readings say nothing
 */
export function goneSince(samples: readonly Sample[], from: Milliseconds): Milliseconds | undefined {
  const since = samples.findLastIndex(({ error }) => error === undefined || !readsNotFound(error)) + 1;
  return samples.slice(since).find(({ t }) => t >= from)?.t;
}

/** Why a probe will not be read any more: it has been gone for long enough. Null where it has not. */
export function whyGone(samples: readonly Sample[], from: Milliseconds): string | null {
  const since = goneSince(samples, from);
  const last = samples.at(-1);
  if (since === undefined || last?.error === undefined || last.t - since < GONE_MS) return null;
  return `${last.error}, for ${formatDuration(GONE_MS)}`;
}

export interface AssetReadings {
  probes: readonly { id: string; target: string }[];
  samples: (probe: string) => readonly Sample[];
}

/** Since when the probes of a consumer, or of its stream, say that it does not exist; undefined where none does. */
export function assetGoneSince(
  { probes, samples }: AssetReadings,
  address: string,
  from: Milliseconds,
): Milliseconds | undefined {
  const times = probes
    .filter(({ target }) => target === address || target === streamOf(address))
    .flatMap(({ id }) => goneSince(samples(id), from) ?? []);
  return times.length === 0 ? undefined : Math.min(...times);
}

export interface DoneUntilNow {
  /** Of the plan. */
  phases: readonly { actions: readonly { afterMs?: Milliseconds }[] }[];
  /** Of the same phases. */
  records: readonly Pick<PhaseRecord, 'startedAt'>[];
  faults: readonly Pick<FaultRecord, 'injectedAt' | 'removed'>[];
}

/**
 * Since when no fault has been in force and no action under way: what the servers say from then on is not due to either.
 * Infinity while one may still be.
 */
export function undisturbedSince({ phases, records, faults }: DoneUntilNow): Milliseconds {
  const removals = faults
    .filter(({ injectedAt }) => injectedAt !== undefined)
    .map(({ removed }) => (removed?.proven === true ? removed.t : Infinity));
  const actions = phases.map(({ actions: plans }, at) => {
    if (plans.length === 0 || records[at]?.startedAt === undefined) return 0;
    // Those by the clock are over when the next phase begins, and the others when the clock starts.
    const byClock = plans.some(({ afterMs }) => afterMs !== undefined);
    return (byClock ? records[at + 1]?.startedAt : records[at].startedAt) ?? Infinity;
  });
  return Math.max(0, ...removals, ...actions);
}
