/** A row, and a revision that it is judged by. */
interface Bound {
  row: number;
  revision: number;
}

interface Bounds {
  certain?: Bound;
  /** Of a row for which there is another explanation. */
  possible?: Bound;
}

/**
 * Finds reads of a write, by clients that had reached a revision, which an unseen write had overwritten before that revision:
 * a refusal of another client has shown so.
 */
export class Overtaken {
  /** By slot: the read by the client that had reached the most. */
  readonly #reads = new Map<string, Bounds>();
  /** By slot: the refusal that comes before the lowest revision. */
  readonly #refusals = new Map<string, Bounds>();

  read(key: number, place: number, read: Bound, isCertain: boolean): void {
    keep(this.#reads, `${key} ${place}`, read, isCertain, (a, b) => a > b);
  }

  /** @param refusal with the lowest revision that was sent after it had ended */
  refused(key: number, place: number, refusal: Bound, isCertain: boolean): void {
    keep(this.#refusals, `${key} ${place}`, refusal, isCertain, (a, b) => a < b);
  }

  judge(fault: (read: number, refusal: number, isCertain: boolean) => void): void {
    for (const [slot, refused] of this.#refusals) {
      const read = this.#reads.get(slot) ?? {};
      const isFault = (one?: Bound, refusal?: Bound): boolean =>
        one !== undefined && refusal !== undefined && one.revision >= refusal.revision;
      if (isFault(read.certain, refused.certain))
        fault(read.certain?.row ?? 0, refused.certain?.row ?? 0, true);
      else {
        const pairs = [read.certain, read.possible].flatMap((one) =>
          [refused.certain, refused.possible].map((refusal) => ({ one, refusal })),
        );
        const pair = pairs.find(({ one, refusal }) => isFault(one, refusal));
        if (pair !== undefined) fault(pair.one?.row ?? 0, pair.refusal?.row ?? 0, false);
      }
    }
  }
}

function keep(
  bounds: Map<string, Bounds>,
  slot: string,
  bound: Bound,
  isCertain: boolean,
  isBeyond: (a: number, b: number) => boolean,
): void {
  const known = bounds.get(slot) ?? {};
  bounds.set(slot, known);
  const which = isCertain ? 'certain' : 'possible';
  const best = known[which];
  if (best === undefined || isBeyond(bound.revision, best.revision)) known[which] = bound;
}
