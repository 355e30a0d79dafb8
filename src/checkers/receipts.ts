import { receivedPart } from '../history/received-part.ts';
import { Bits } from '../support/bits.ts';
import { streamOf } from '../support/stream-of.ts';
import type { Milliseconds } from '../support/units.ts';
import type { Example } from './checker.ts';
import type { Evidence } from './evidence/evidence.ts';
import type { Sent } from './evidence/sent.ts';
import type { Judge } from './judge.ts';
import { Lowest } from './lowest.ts';
import type { Receiver } from './receiver.ts';

export interface Receipts {
  sent: Sent;
  /** Where they were published to. */
  stream: string;
  /** Numbers of the messages that are not judged, as the stream has lost them. */
  lost: Bits;
  /** Numbers of those that an action has removed, which nobody needs to have received. */
  removed: Bits;
  receivers: readonly Receiver[];
}

/**
 * Every consumer must have delivered each acknowledged message to a workload, and have its acknowledgement.
 *
 * @param isLost is called for each message that is lost, in the order of publishing
 */
export function judgeReceipts(
  evidence: Evidence,
  { sent, stream, lost, removed, receivers }: Receipts,
  judge: Judge,
  isLost: (seq: number, n: number, t: Milliseconds) => void,
): void {
  const open = receivers.map((receiver) => new OpenReceipts(evidence, receiver, sent, [lost, removed]));
  if (lost.size === 0 && open.every(({ size }) => size === 0)) return;
  for (const one of open) one.judgeStored(judge);
  const statuses = evidence.history.publishStatuses(sent.workload);
  for (const { seq, n, t, status, length } of evidence.history.publishes(sent.workload)) {
    for (let row = 0; row < length; row += 1) {
      if (statuses[status[row] as number]?.outcome !== 'ok') continue;
      const number = n[row] as number;
      const sequence = seq[row] as number;
      if (lost.has(number)) isLost(sequence, number, t[row] as number);
      else
        for (const one of open)
          one.judgePublished(number, one.stream === stream ? sequence : undefined, judge);
    }
  }
}

interface Problem {
  /** What it is counted as. */
  name: 'undelivered' | 'unacknowledged' | 'unconfirmed' | 'outstanding';
  text: string;
  /** It cannot be known: an answer is missing, or the consumer could not get it. */
  open?: true;
}

/** Messages of a workload without a confirmed acknowledgement by a consumer. */
class OpenReceipts {
  /** Of the consumer. */
  readonly stream: string;
  readonly #evidence: Evidence;
  readonly #receiver: Receiver;
  readonly #by: number;
  readonly #delivered: Bits;
  readonly #unanswered: Bits;
  readonly #open: Bits;
  /** Those that the consumer's stream holds … */
  readonly #stored = new Bits();
  /** … and, of those that may be examples, by number, where. */
  readonly #examples = new Map<number, number>();

  constructor(evidence: Evidence, receiver: Receiver, sent: Sent, leftOut: readonly Bits[]) {
    const { acknowledged, by } = sent;
    const { received, consumer } = receiver;
    this.stream = streamOf(consumer);
    this.#evidence = evidence;
    this.#receiver = receiver;
    this.#by = by;
    this.#delivered = received.delivered[by] ?? new Bits();
    this.#unanswered = received.unanswered[by] ?? new Bits();
    this.#open = acknowledged.without(
      ...leftOut,
      received.confirmed[by] ?? new Bits(),
      notMeantFor(receiver, sent.workload, evidence),
    );
  }

  get size(): number {
    return this.#open.size;
  }

  /** Counts those that the consumer's stream holds, by the sequences that they have there. */
  judgeStored(judge: Judge): void {
    if (this.size === 0) return;
    const violations = new Lowest<[n: number, seq: number]>();
    const open = new Lowest<[n: number, seq: number]>();
    const see = (n: number, seq: number): void => {
      this.#stored.add(n);
      const problem = this.#problemOf(n, seq);
      if (problem === undefined) return;
      judge.count(problem.name);
      (problem.open === true ? open : violations).add(seq, [n, seq]);
    };
    // Of a message that is there more than once the last one counts.
    const repeated = this.#evidence.held(this.stream).repeated[this.#by];
    const last = new Map<number, number>();
    for (const { seq, by, n, length } of this.#evidence.history.stored(this.stream)) {
      for (let row = 0; row < length; row += 1) {
        const number = n[row] as number;
        if (by[row] !== this.#by || !this.#open.has(number)) continue;
        if (repeated?.has(number) === true) last.set(number, seq[row] as number);
        else see(number, seq[row] as number);
      }
    }
    for (const [n, seq] of last) see(n, seq);
    for (const [n, seq] of [...violations.values, ...open.values]) this.#examples.set(n, seq);
  }

  /** Takes examples in the order of publishing, and counts what the consumer's stream does not hold. */
  judgePublished(n: number, published: number | undefined, judge: Judge): void {
    if (!this.#open.has(n)) return;
    const isStored = this.#stored.has(n);
    const seq = isStored ? this.#examples.get(n) : published;
    if (isStored && seq === undefined) return;
    const problem = this.#problemOf(n, seq);
    if (problem === undefined) return;
    if (!isStored) judge.count(problem.name);
    const example = (): Example => this.#exampleOf(n, seq, problem);
    if (problem.open === true) judge.open(seq, example);
    else judge.violated(seq, example);
  }

  #problemOf(n: number, seq: number | undefined): Problem | undefined {
    const { consumer, workloads, audit, hindrance, isEmpty } = this.#receiver;
    const readers = workloads.join(' or ');
    const isDelivered = this.#delivered.has(n);
    if (this.#unanswered.has(n)) {
      const text = `was delivered to ${readers}, and its acknowledgement has no answer`;
      return { name: 'unconfirmed', text, open: true };
    }
    // Without acknowledgements the floor is as far as the server has delivered, whether or not it arrived.
    const isFloor = this.#evidence.acknowledges(consumer);
    if (isFloor && !isDelivered && seq !== undefined && audit !== undefined && seq <= audit.ackFloor) {
      const text = `was acknowledged to the server by ${consumer} but never processed`;
      // A consumer that delivered nothing at all is inconclusive already.
      return isEmpty ? undefined : { name: 'undelivered', text };
    }
    if (hindrance !== undefined) {
      const what = isDelivered ? 'acknowledged' : 'delivered';
      return { name: 'outstanding', text: `was not yet ${what}: ${hindrance}`, open: true };
    }
    if (isDelivered) {
      const text = `was delivered to ${readers} but its acknowledgement never confirmed`;
      return { name: 'unacknowledged', text };
    }
    if (isEmpty) return undefined;
    const id = this.#evidence.history.identity(this.#by, n);
    return { name: 'undelivered', text: `(${id}) was never delivered to ${readers}` };
  }

  #exampleOf(n: number, seq: number | undefined, { text }: Problem): Example {
    const { consumer } = this.#receiver;
    const id = this.#evidence.history.identity(this.#by, n);
    return {
      consumer,
      text: `sequence ${seq ?? '?'} of ${this.stream} ${text}`,
      ...(id === null ? {} : { id }),
      ...(seq === undefined ? {} : { seq }),
    };
  }
}

/** Numbers of the messages whose subjects the receiver's consumer leaves out. */
function notMeantFor({ workloads: [reader = ''] }: Receiver, publisher: string, { history }: Evidence): Bits {
  const left = new Bits();
  const isMeant = receivedPart(history.workloads[reader], publisher);
  if (isMeant === undefined) return left;
  for (const { n, length } of history.publishes(publisher))
    for (let row = 0; row < length; row += 1) if (!isMeant(n[row] as number)) left.add(n[row] as number);
  return left;
}
