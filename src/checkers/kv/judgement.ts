import { claimOf, type Consistency } from './claims.ts';
import type { Case, Cases } from './cases.ts';
import { at } from './cases.ts';
import { judgeSession } from './in-session.ts';
import type { Ledger } from './ledger.ts';
import { isConditional, NOTHING, OP, type Operations } from './operations.ts';
import { Overtaken } from './overtaken.ts';
import { NO_PART, READ, REFUSAL, WRITE, writeAt, type Order } from './order.ts';
import { judgeInRealTime, type RealTimeFaults } from './real-time.ts';
import { initialisedAt } from './read-back.ts';
import { fallenRevisions, lowestSentAfter, watchersBehind } from './revisions-rise.ts';
import { SessionMarks } from './session-marks.ts';
import { Slots } from './slots.ts';
import { NONE_UNSEEN, type Unseen } from './unseen.ts';
import { Words } from './words.ts';

export interface Claims {
  consistency: Consistency | undefined;
  /** Keys may expire by age, so that one may be absent without a write. */
  mayExpire: boolean;
}

/** Judges the operations on one bucket against what is claimed of each. */
export class Judgement {
  readonly #operations: Operations;
  readonly #order: Order;
  readonly #ledger: Ledger;
  readonly #unseen: Unseen;
  readonly #claims: Claims;
  readonly #cases: Cases;
  readonly #words: Words;
  readonly #fallen = new Set<number>();

  constructor(
    operations: Operations,
    order: Order,
    ledger: Ledger,
    unseen: Unseen,
    claims: Claims,
    cases: Cases,
  ) {
    this.#operations = operations;
    this.#order = order;
    this.#ledger = ledger;
    this.#unseen = unseen;
    this.#claims = claims;
    this.#cases = cases;
    this.#words = new Words(operations, ledger);
  }

  run(): void {
    this.#revisionsRise();
    this.#conditions();
    this.#readsThatCannotBe();
    this.#realTime();
    this.#sessions();
  }

  #revisionsRise(): void {
    fallenRevisions(this.#operations, this.#ledger, (row, by) => this.#fell(row, by));
    watchersBehind(this.#operations, (row, by, kind) => {
      const name = kind === 'fell' ? 'watchersFell' : 'watchersTwice';
      this.#violation(
        name,
        row,
        () => `although it had been sent revision ${this.#words.revision(by)} before`,
      );
    });
  }

  #fell(row: number, by: number): void {
    if (this.#fallen.has(row)) return;
    this.#fallen.add(row);
    this.#violation('revisionsFell', row, () => this.#although(by));
  }

  /** A conditional write takes effect only on the revision that it expected. */
  #conditions(): void {
    const { expected, key, op } = this.#operations;
    const { place, writes } = this.#order;
    for (const row of writes) {
      if (!isConditional(this.#operations, row)) continue;
      const of = key[row] ?? 0;
      const previous = writeAt(this.#order, of, (place[row] ?? 1) - 1);
      const there = previous === undefined ? 0 : (this.#ledger.revision[previous] ?? 0);
      const wanted = expected[row] ?? 0;
      if (wanted === there || (this.#claims.mayExpire && op[row] === OP.create)) continue;
      const text = () =>
        `on the condition of revision ${wanted}, and took effect when the key ${there === 0 ? 'was not there' : `was at revision ${there}`}`;
      if (wanted > there && !this.#ledger.rowAt.has(wanted) && (this.#unseen.byKey.get(of) ?? []).length > 0)
        this.#cases.open('lostUpdatesOpen', this.#case(row, text));
      else this.#violation('lostUpdates', row, text);
    }
  }

  /** Whatever is claimed, nobody reads what has not been sent yet, and a key that was initialised is there. */
  #readsThatCannotBe(): void {
    const { key, flags, t, end } = this.#operations;
    const { part, place, byStart } = this.#order;
    const initialised = initialisedAt(this.#operations);
    for (const row of byStart) {
      if (part[row] !== READ) continue;
      const of = key[row] ?? 0;
      if (((flags[row] ?? 0) & NOTHING) !== 0) {
        const since = initialised.get(of);
        if (this.#claims.mayExpire) part[row] = NO_PART;
        else if (since !== undefined && (t[row] ?? 0) > since) {
          part[row] = NO_PART;
          this.#violation('vanished', row, () => `although every replica had it by ${at(since)}`);
        }
        continue;
      }
      const write = writeAt(this.#order, of, place[row] ?? 0);
      if (write === undefined || (end[row] ?? 0) >= (t[write] ?? 0)) continue;
      part[row] = NO_PART;
      this.#violation('fromTheFuture', row, () => `which was only sent at ${at(t[write] ?? 0)}`);
    }
  }

  #realTime(): void {
    const { keys } = this.#operations;
    const { byStart, rowsFrom, part } = this.#order;
    const slots = this.#slots();
    const without = new Slots(this.#operations, this.#order, this.#ledger, NONE_UNSEEN);
    for (const key of keys.keys()) {
      const rows = byStart.subarray(rowsFrom[key], rowsFrom[key + 1]).filter((row) => part[row] !== NO_PART);
      const claimed = rows.filter((row) => part[row] === WRITE || this.#claim(row) === 'linearizable');
      judgeInRealTime(key, claimed, this.#operations, this.#order, slots, this.#claimed(rows));
      // What is not claimed is still counted.
      const reads = rows.filter((row) => part[row] !== REFUSAL);
      if (claimed.length < rows.length)
        judgeInRealTime(key, reads, this.#operations, this.#order, without, this.#unclaimed(rows));
    }
    this.#unfilled(slots);
  }

  #claimed(rows: Uint32Array): RealTimeFaults {
    const marks = new SessionMarks(rows, this.#operations, this.#order);
    return {
      fellBehind: (row, by) => this.#fell(row, by),
      stale: (row, by) => {
        const own = marks.ownNewer(row);
        this.#violation(own === undefined ? 'stale' : own.kind, row, () =>
          own === undefined ? this.#although(by) : this.#although(own.row),
        );
      },
      refused: (row, excused) => this.#refused(row, excused),
    };
  }

  #unclaimed(rows: Uint32Array): RealTimeFaults {
    const marks = new SessionMarks(rows, this.#operations, this.#order);
    return {
      fellBehind: () => undefined,
      stale: (row) => {
        if (this.#claim(row) === 'linearizable') return;
        const own = marks.ownNewer(row);
        this.#cases.count('unclaimedStale');
        if (own?.kind === 'nonMonotonic') this.#cases.count('unclaimedNonMonotonic');
      },
      refused: () => undefined,
    };
  }

  #sessions(): void {
    const slots = this.#slots();
    const lowestAfter = lowestSentAfter(this.#operations, this.#ledger);
    const overtaken = new Overtaken();
    for (const rows of this.#byClient()) {
      if (!rows.some((row) => this.#order.part[row] !== WRITE)) continue;
      judgeSession(rows, this.#operations, this.#order, this.#ledger, lowestAfter, slots, overtaken, {
        behind: (row, by) => {
          const { op, key } = this.#operations;
          const sameKey = key[row] === key[by];
          const name = !sameKey ? 'sessionBehind' : op[by] === OP.get ? 'nonMonotonic' : 'ownWriteMissed';
          this.#violation(name, row, () => this.#although(by));
        },
        fellBehind: (row, by) => this.#fell(row, by),
        refused: (row, excused) => this.#refused(row, excused),
      });
    }
    overtaken.judge((row, by, isCertain) => {
      if (isCertain) this.#violation('sessionBehind', row, () => this.#although(by));
      else this.#refused(by, true);
    });
    this.#unfilled(slots);
  }

  /** The rows of each client of which sequential consistency is claimed, with its own writes. */
  #byClient(): number[][] {
    const { client, clients, t } = this.#operations;
    const { part, byStart } = this.#order;
    const rows = Array.from({ length: clients }, (): number[] => []);
    for (const row of byStart) {
      const takesPart = part[row] === WRITE || (part[row] !== NO_PART && this.#claim(row) === 'sequential');
      if (takesPart) rows[client[row] ?? 0]?.push(row);
    }
    for (const one of rows) one.sort((a, b) => (t[a] ?? 0) - (t[b] ?? 0) || a - b);
    return rows;
  }

  #refused(row: number, excused: boolean): void {
    const { expected } = this.#operations;
    const text = () =>
      `refused as another revision than ${expected[row]} was there, and nothing had overwritten it`;
    if (excused) this.#cases.open('refusalsOpen', this.#case(row, text));
    else this.#violation('refusedWithoutReason', row, text);
  }

  #unfilled(slots: Slots): void {
    for (const row of slots.unfilled()) this.#refused(row, true);
  }

  #although(by: number): string {
    const isRefusal = this.#order.part[by] === REFUSAL;
    return `although ${isRefusal ? this.#words.refusal(by) : this.#words.before(by)}`;
  }

  #claim(row: number): Consistency {
    return claimOf(this.#operations, row, this.#claims.consistency);
  }

  #slots(): Slots {
    return new Slots(this.#operations, this.#order, this.#ledger, this.#unseen);
  }

  #violation(name: string, row: number, text: () => string): void {
    this.#cases.violation(name, this.#case(row, text));
  }

  #case(row: number, text: () => string): Case {
    const revision = this.#words.revision(row);
    return {
      t: this.#operations.t[row] ?? 0,
      ...(revision === 0 ? {} : { revision }),
      text: () => `${this.#words.full(row)}, ${text()}`,
    };
  }
}
