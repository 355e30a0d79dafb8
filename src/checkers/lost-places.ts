import type { Bits } from '../support/bits.ts';
import type { History } from '../history/history.ts';
import type { Judge } from './judge.ts';

const PLACES = {
  missingAtStart: 'at the start',
  missingInMiddle: 'in the middle',
  missingAtEnd: 'at the end',
  missingAll: 'with all that was acknowledged',
} as const;
type Place = keyof typeof PLACES;

/**
 * Where messages were lost among those of their publisher that were acknowledged and are still there: before the first of
 * them, after the last, or between.
 */
export class LostPlaces {
  readonly #publishers: number;
  /** Of each publisher of the workload, the lowest number that is there … */
  readonly #first: Float64Array;
  /** … and the highest. */
  readonly #last: Float64Array;

  /** @param absent numbers that the stream does not hold, for whatever reason */
  constructor(history: History, workload: string, absent: Bits) {
    this.#publishers = history.workloads[workload]?.publishers ?? 1;
    this.#first = new Float64Array(this.#publishers).fill(Infinity);
    this.#last = new Float64Array(this.#publishers);
    const isOk = history.publishStatuses(workload).map(({ outcome }) => outcome === 'ok');
    for (const { n, status, length } of history.publishes(workload))
      for (let row = 0; row < length; row += 1) {
        const number = n[row] as number;
        if (isOk[status[row] as number] !== true || absent.has(number)) continue;
        const lane = (number - 1) % this.#publishers;
        this.#first[lane] = Math.min(this.#first[lane] as number, number);
        this.#last[lane] = Math.max(this.#last[lane] as number, number);
      }
  }

  placeOf(n: number): Place {
    const lane = (n - 1) % this.#publishers;
    if (this.#last[lane] === 0) return 'missingAll';
    if (n < (this.#first[lane] as number)) return 'missingAtStart';
    return n > (this.#last[lane] as number) ? 'missingAtEnd' : 'missingInMiddle';
  }
}

/** ` (at the end)`, ` (1 at the start, 2 in the middle)`; empty where nothing was lost. */
export function placesInWords(judge: Judge): string {
  const there = (Object.keys(PLACES) as Place[]).filter((place) => judge.counted(place) > 0);
  const [only] = there;
  if (only === undefined) return '';
  if (there.length === 1) return ` (${PLACES[only]})`;
  return ` (${there.map((place) => `${judge.counted(place)} ${PLACES[place]}`).join(', ')})`;
}
