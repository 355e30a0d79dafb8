import type { Milliseconds } from '../../support/units.ts';

/** An operation on one thing. */
export interface Timed {
  /** When it was sent. */
  t: Milliseconds;
  /** When its outcome was known; infinite for one without an outcome, which may take effect at any time, or never. */
  end: Milliseconds;
}

/** What a thing is, and what operations make of it. */
export interface Model<State, Op extends Timed> {
  initial: State;
  /** Tells states apart. */
  readonly key: (state: State) => string;
  /** The state after an operation with its outcome; undefined where that cannot be its outcome, or it changes nothing. */
  apply(state: State, op: Op): State | undefined;
}

export type Explanation<State, Op> =
  /** `states`: all that the thing may be in the end. */
  | { found: 'order'; states: State[] }
  /** No order explains the outcome of `op`; `states`: all that the thing may have been before it. */
  | { found: 'none'; op: Op; states: State[] }
  /** So many operations are without an outcome that not all their orders can be tried. */
  | { found: 'too-many' };

/** Orders that are tried for one outcome. */
const MOST_TRIED = 5_000;

/**
 * Looks for an order of the operations on one thing that explains every outcome, in which no operation comes before one
 * that had ended when it was sent. Each takes effect as late as possible, when an outcome needs it (Lowe, "Testing for
 * linearizability"); of two ways to the same state the one that has used less of what has no outcome is kept, as it can do all that
 * the other can.
 */
export function explain<State, Op extends Timed>(
  ops: readonly Op[],
  model: Model<State, Op>,
): Explanation<State, Op> {
  const events = ops
    .flatMap((op, at) => [
      { t: op.t, at, isEnd: false },
      ...(op.end === Infinity ? [] : [{ t: op.end, at, isEnd: true }]),
    ])
    // What ended the moment that another began may have met it.
    .sort((a, b) => a.t - b.t || Number(a.isEnd) - Number(b.isEnd));
  const search = new Search(ops, model);
  for (const { at, isEnd } of events) {
    if (!isEnd) search.begin(at);
    else if (!search.end(at)) {
      if (search.isTooMany) return { found: 'too-many' };
      return { found: 'none', op: ops[at] as Op, states: search.states() };
    }
  }
  const states = search.finalStates();
  return search.isTooMany ? { found: 'too-many' } : { found: 'order', states };
}

/** One way in which everything so far may have happened. */
interface Way<State> {
  state: State;
  /** Operations under way that will have an outcome, and have not taken effect yet. */
  open: ReadonlySet<number>;
  /** The same of those that will never have one. */
  unknown: ReadonlySet<number>;
}

class Search<State, Op extends Timed> {
  isTooMany = false;
  readonly #ops: readonly Op[];
  readonly #model: Model<State, Op>;
  #ways: Way<State>[];

  constructor(ops: readonly Op[], model: Model<State, Op>) {
    this.#ops = ops;
    this.#model = model;
    this.#ways = [{ state: model.initial, open: new Set(), unknown: new Set() }];
  }

  begin(at: number): void {
    const isUnknown = this.#ops[at]?.end === Infinity;
    this.#ways = this.#ways.map(({ state, open, unknown }) =>
      isUnknown
        ? { state, open, unknown: new Set([...unknown, at]) }
        : { state, open: new Set([...open, at]), unknown },
    );
  }

  /** @returns false when no way leads to its outcome; all ways are then as before */
  end(at: number): boolean {
    const next = this.#reach((way) => !way.open.has(at));
    if (this.isTooMany || next.length === 0) return false;
    this.#ways = next;
    return true;
  }

  states(): State[] {
    return this.#distinct(this.#ways);
  }

  /** What is without an outcome may still have taken effect, in any order. */
  finalStates(): State[] {
    const all: Way<State>[] = [];
    this.#reach((way) => {
      all.push(way);
      return false;
    });
    return this.#distinct(all);
  }

  /** The first ways with `isEnough` on each path, by letting operations take effect one after the other. */
  #reach(isEnough: (way: Way<State>) => boolean): Way<State>[] {
    const reached = new Best<State>(this.#model);
    const seen = new Best<State>(this.#model);
    const stack = this.#ways.filter((way) => seen.add(way));
    let tried = 0;
    for (let way = stack.pop(); way !== undefined; way = stack.pop()) {
      if (isEnough(way)) {
        reached.add(way);
        continue;
      }
      if (++tried > MOST_TRIED) {
        this.isTooMany = true;
        return [];
      }
      for (const next of this.#after(way)) if (seen.add(next)) stack.push(next);
    }
    return reached.ways();
  }

  *#after({ state, open, unknown }: Way<State>): Generator<Way<State>> {
    for (const at of open) {
      const after = this.#model.apply(state, this.#ops[at] as Op);
      if (after !== undefined) yield { state: after, open: without(open, at), unknown };
    }
    for (const at of unknown) {
      const after = this.#model.apply(state, this.#ops[at] as Op);
      if (after !== undefined) yield { state: after, open, unknown: without(unknown, at) };
    }
  }

  #distinct(ways: readonly Way<State>[]): State[] {
    return [...new Map(ways.map(({ state }) => [this.#model.key(state), state])).values()];
  }
}

/** Ways, without those that another one makes needless. */
class Best<State> {
  readonly #model: Pick<Model<State, never>, 'key'>;
  readonly #byKey = new Map<string, Way<State>[]>();

  constructor(model: Pick<Model<State, never>, 'key'>) {
    this.#model = model;
  }

  /** @returns false for a way that another one makes needless */
  add(way: Way<State>): boolean {
    const key = `${this.#model.key(way.state)}|${[...way.open].join()}`;
    const same = this.#byKey.get(key) ?? [];
    if (same.some(({ unknown }) => isWithin(way.unknown, unknown))) return false;
    this.#byKey.set(key, [...same.filter(({ unknown }) => !isWithin(unknown, way.unknown)), way]);
    return true;
  }

  ways(): Way<State>[] {
    return [...this.#byKey.values()].flat();
  }
}

function isWithin(some: ReadonlySet<number>, all: ReadonlySet<number>): boolean {
  if (some.size > all.size) return false;
  for (const one of some) if (!all.has(one)) return false;
  return true;
}

function without(set: ReadonlySet<number>, one: number): ReadonlySet<number> {
  return new Set([...set].filter((other) => other !== one));
}
