import { lacks, type Needs } from './needs.ts';
import type { Halt, WorkerState } from './state.ts';

/** Runs that wait for a worker, by what they need. */
export interface WaitingRuns {
  needs: Needs;
  /** How many of them no worker has. */
  queued: number;
  /** One of them, in words. */
  example: string;
  /** For how long none of them has been delivered although a fitting worker has a free slot; 0: it has not been so. */
  undeliveredMs: number;
}

/** What an asker sees of a fleet at one moment. */
export interface FleetSight {
  /** Those that live. */
  workers: readonly WorkerState[];
  waiting: readonly WaitingRuns[];
  halt: Halt | null;
}

/** Something that keeps runs from being carried out, of which people must know. */
export interface FleetTrouble {
  /** The same while it is the same trouble. */
  id: string;
  text: string;
}

/** A worker that has a free slot asks for runs of each kind within seconds. */
const DELIVERED_WITHIN_MS = 30_000;

/** What keeps runs from being carried out: nothing while all is as it should be, or nothing waits. */
export function troublesOf({ workers, waiting, halt }: FleetSight): FleetTrouble[] {
  const queued = waiting.filter((one) => one.queued > 0);
  if (halt !== null) return [haltTrouble(halt)];
  if (queued.length === 0) return [];
  if (workers.every(({ leaving }) => leaving !== undefined)) return [noWorker(queued)];
  return queued.flatMap((one) => {
    const { able, lacking } = ableWorkers(one.needs, workers);
    if (able.length === 0) return [nobodyCan(one, lacking)];
    return one.undeliveredMs >= DELIVERED_WITHIN_MS ? [noneDelivered(one, able)] : [];
  });
}

/** Workers that could carry out a run with these needs, and what the one that lacks least lacks. */
export function ableWorkers(
  needs: Needs,
  workers: readonly WorkerState[],
): { able: WorkerState[]; lacking: string } {
  const staying = workers.filter(({ leaving }) => leaving === undefined);
  const judged = staying.map((worker) => ({ worker, lacking: lacks(needs, worker.offer) }));
  const able = judged.filter(({ lacking }) => lacking.length === 0).map(({ worker }) => worker);
  const [best] = judged.sort((a, b) => a.lacking.length - b.lacking.length);
  if (able.length > 0 || best === undefined) return { able, lacking: '' };
  return { able, lacking: `${best.worker.id} on ${best.worker.host} lacks ${best.lacking.join('; ')}` };
}

/** How many runs with these needs the workers can have at once. */
export function slotsFor(needs: Needs, workers: readonly WorkerState[]): number {
  return ableWorkers(needs, workers).able.reduce((sum, { slots }) => sum + (needs.alone ? 1 : slots), 0);
}

function haltTrouble({ by, at, reason }: Halt): FleetTrouble {
  const why = reason === '' ? '' : `: ${reason}`;
  return {
    id: `halt ${at}`,
    text: `the fleet is halted by ${by} since ${at}${why}; nothing runs until chaos resume`,
  };
}

function noWorker(waiting: readonly WaitingRuns[]): FleetTrouble {
  const queued = waiting.reduce((sum, one) => sum + one.queued, 0);
  return {
    id: 'no worker',
    text: `${runs(queued)} queued, and there is no worker on this queue: start one with chaos worker --queue …`,
  };
}

function nobodyCan({ needs, queued, example }: WaitingRuns, lacking: string): FleetTrouble {
  const others = queued === 1 ? '' : ` and ${queued - 1} more`;
  return {
    id: `nobody ${JSON.stringify(needs)} ${lacking}`,
    text: `no worker can carry out ${example}${others}: ${lacking}`,
  };
}

function noneDelivered(
  { needs, queued, example, undeliveredMs }: WaitingRuns,
  able: readonly WorkerState[],
): FleetTrouble {
  const seconds = Math.round(undeliveredMs / 1_000);
  const who = able.map(({ id }) => id).slice(0, 3);
  return {
    id: `undelivered ${JSON.stringify(needs)}`,
    text:
      `the queue has delivered none of ${runs(queued)} for ${seconds} s, such as ${example}, although ${who.join(', ')} can do ` +
      `it and has a free slot: its consumer may be without a leader (nats consumer info), the user of the workers may ` +
      `not ask it for messages (docs/fleet.md), or the workers are cut off from the queue`,
  };
}

function runs(count: number): string {
  return count === 1 ? '1 run' : `${count} runs`;
}
