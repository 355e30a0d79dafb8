import type { Milliseconds } from '../../support/units.ts';

/** Some are taken by deliveries that wait for a row behind a slow one: a third of a second at full speed. */
export const CAPACITY = 32_768;

/** Of a slot: nothing in it, a message that waits for its turn, its acknowledgement waits for the connection, is sent, has ended. */
export const [FREE, HELD, WAITING, SENT, ENDED] = [0, 1, 2, 3, 4];

/** Deliveries that are not dealt with yet, in columns: a hundred thousand a second leave no time for an object for each. */
export class Slots {
  readonly t = new Float64Array(CAPACITY);
  readonly seq = new Float64Array(CAPACITY);
  readonly n = new Uint32Array(CAPACITY);
  readonly by = new Uint8Array(CAPACITY);
  readonly deliveries = new Uint32Array(CAPACITY);
  /** Which member has it. */
  readonly member = new Uint8Array(CAPACITY);
  readonly ackSubject = Array<string>(CAPACITY).fill('');
  readonly state = new Uint8Array(CAPACITY);
  /** 1 of a message that is given up for good in place of an acknowledgement. */
  readonly given = new Uint8Array(CAPACITY);
  /** The slot that is acknowledged along with it; -1 for none. */
  readonly along = new Int32Array(CAPACITY).fill(-1);
  readonly deadline = new Float64Array(CAPACITY);
  /** From its delivery until its acknowledgement ended. */
  readonly acked = new Float64Array(CAPACITY);
  /** The status of its row, once that is known. */
  readonly status = new Uint8Array(CAPACITY);
  /** 1 once it has a row. */
  readonly written = new Uint8Array(CAPACITY);
  readonly #uses = new Float64Array(CAPACITY);
  readonly #free = new Int32Array(CAPACITY);
  #freed = 0;
  #end = 0;

  /** Slots from here on have never been used. */
  get end(): number {
    return this.#end;
  }

  get full(): boolean {
    return this.#freed === 0 && this.#end === CAPACITY;
  }

  /** Takes a free slot; there must be one. */
  take(
    t: Milliseconds,
    seq: number,
    by: number,
    n: number,
    deliveries: number,
    ackSubject: string,
    member = 0,
  ): number {
    const slot = this.#freed > 0 ? (this.#free[--this.#freed] as number) : this.#end++;
    this.t[slot] = t;
    this.seq[slot] = seq;
    this.by[slot] = by;
    this.n[slot] = n;
    this.deliveries[slot] = deliveries;
    this.ackSubject[slot] = ackSubject;
    this.member[slot] = member;
    this.given[slot] = 0;
    this.along[slot] = -1;
    this.state[slot] = HELD;
    this.written[slot] = 0;
    return slot;
  }

  release(slot: number): void {
    this.state[slot] = FREE;
    this.ackSubject[slot] = '';
    (this.#uses[slot] as number) += 1;
    this.#free[this.#freed++] = slot;
  }

  /** A number that stands for what is in a slot now, and never for what comes after it. */
  tokenOf(slot: number): number {
    return (this.#uses[slot] as number) * CAPACITY + slot;
  }

  /** @returns -1 when what the token stood for is dealt with */
  slotOf(token: number): number {
    const slot = token % CAPACITY;
    return this.tokenOf(slot) === token ? slot : -1;
  }
}

/** Slots in the order in which they came. */
export class SlotQueue {
  readonly #slots = new Int32Array(CAPACITY);
  #first = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** -1 when it is empty. */
  get first(): number {
    return this.#length === 0 ? -1 : (this.#slots[this.#first] as number);
  }

  push(slot: number): void {
    this.#slots[(this.#first + this.#length++) % CAPACITY] = slot;
  }

  shift(): void {
    this.#first = (this.#first + 1) % CAPACITY;
    this.#length -= 1;
  }
}
