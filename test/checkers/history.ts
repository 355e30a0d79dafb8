import type {
  AckEvent,
  ConsumerAuditEvent,
  AssetChangeEvent,
  ConsumerDrainEvent,
  DeliverEvent,
  HistoryEvent,
  PublishEvent,
  StoredEvent,
} from '../../src/history/events.ts';
import type { History } from '../../src/history/history.ts';
import { historyOf } from '../../src/history/in-memory.ts';
import { digestInto } from '../../src/support/digest.ts';
import { bodyOf } from '../../src/support/message-body.ts';

export const RUN = 'testrun1';
export const STREAM = 'a/qa';
export const MIRROR = 'b/qa_mirror';
export const CONSUMER = 'a/qa/worker';
export const MIRROR_CONSUMER = 'b/qa_mirror/worker';
/** Of a body, in bytes. */
export const SIZE = 40;
export const WORKLOADS = {
  p1: { kind: 'publish', target: STREAM, sends: { subject: 'qa.{x,y}', size: SIZE } },
  p2: { kind: 'publish', target: STREAM, sends: { subject: 'qa.{x,y}', size: SIZE } },
  c: { kind: 'consume', target: CONSUMER },
  m: { kind: 'consume', target: MIRROR_CONSUMER },
};

/** Where message `n` of a publisher goes. */
export function subjectOf(n: number): string {
  return n % 2 === 1 ? 'qa.x' : 'qa.y';
}

/** Of the body that a message with this identity has. */
export function digestOf(id: string): string {
  const digest: [number, number] = [0, 0];
  digestInto(digest, bodyOf(id, SIZE));
  return digest.map((half) => half.toString(16).padStart(8, '0')).join('');
}

/** The events of a run in which nothing went wrong, to be spoiled one by one. */
export class Timeline {
  publishes: PublishEvent[] = [];
  deliveries: DeliverEvent[] = [];
  acks: AckEvent[] = [];
  stored: StoredEvent[] = [];
  /** Streams whose audit is incomplete, and what may drop messages. */
  incomplete = new Set<string>();
  gone = new Set<string>();
  mayExpire = new Set<string>();
  /** Streams that count one message more than they give out. */
  withholding = new Set<string>();
  /** Replicas that were not read, because they stay at a sequence. */
  behind: Record<string, number> = {};
  unaudited = new Set<string>();
  /** Each was read by itself. */
  replicas: string[] = [];
  ackFloor: Record<string, number> = {};
  /** What else consumers say of themselves; left out: they have delivered everything, and no filter. */
  consumers: Record<string, Partial<ConsumerAuditEvent>> = {};
  /** Consumers that do not say what they are to deliver, as in a history of an earlier version. */
  withoutSettings = new Set<string>();
  /** What actions have changed. */
  changes: Omit<AssetChangeEvent, 'type' | 't'>[] = [];
  /** How the drain ended, by consumer; empty as in a history of an earlier version. */
  drains: Record<string, Pick<ConsumerDrainEvent, 'outcome' | 'text'>> = {};

  /**
   * @param publishers for each message in the order of the stream, which publisher it is from
   */
  constructor(publishers: readonly ('p1' | 'p2')[]) {
    const count = { p1: 0, p2: 0 };
    for (const [at, workload] of publishers.entries()) {
      const seq = at + 1;
      const n = ++count[workload];
      const id = `${RUN}/${workload}/${n}`;
      const t = at * 10;
      this.publishes.push({
        type: 'publish',
        t,
        workload,
        stream: STREAM,
        n,
        id,
        outcome: 'ok',
        seq,
        latencyMs: 1,
        attempts: 1,
      });
      for (const stream of [STREAM, MIRROR]) {
        this.stored.push({ type: 'stored', stream, seq, subject: subjectOf(n), id, digest: digestOf(id) });
      }
      for (const [reader, consumer] of [
        ['c', CONSUMER],
        ['m', MIRROR_CONSUMER],
      ] as const) {
        this.deliveries.push({
          type: 'deliver',
          t: t + 2,
          workload: reader,
          consumer,
          seq,
          id,
          deliveries: 1,
        });
        this.acks.push({
          type: 'ack',
          t: t + 3,
          workload: reader,
          consumer,
          seq,
          outcome: 'ok',
          latencyMs: 1,
        });
      }
    }
    this.ackFloor = { [CONSUMER]: publishers.length, [MIRROR_CONSUMER]: publishers.length };
  }

  get history(): History {
    return historyOf(this.events, WORKLOADS);
  }

  /** Publishes in their order, then deliveries and acknowledgements in the order of time. */
  get events(): HistoryEvent[] {
    const consumed = [...this.deliveries, ...this.acks].sort((a, b) => a.t - b.t);
    const events: HistoryEvent[] = [...this.publishes, ...consumed, ...this.stored];
    for (const stream of [STREAM, MIRROR, ...this.replicas]) {
      const seqs = this.stored.filter((event) => event.stream === stream).map(({ seq }) => seq);
      if (this.unaudited.has(stream)) continue;
      events.push({
        type: 'stream-audit',
        stream,
        complete: !this.incomplete.has(stream),
        messages: seqs.length,
        firstSeq: Math.min(...seqs),
        lastSeq: Math.max(...seqs),
        mayExpire: this.mayExpire.has(stream),
        ...(this.withholding.has(stream) ? { withheld: 1 } : {}),
        ...(this.behind[stream] === undefined ? {} : { behind: this.behind[stream] }),
        ...(stream === MIRROR ? { mirrorOf: STREAM } : {}),
        ...(this.incomplete.has(stream) ? { error: 'it would not answer' } : {}),
        ...(this.gone.has(stream) ? { gone: true, error: 'stream not found' } : {}),
      });
    }
    for (const [consumer, ackFloor] of Object.entries(this.ackFloor)) {
      events.push({
        type: 'consumer-audit',
        consumer,
        complete: true,
        ackFloor,
        delivered: ackFloor,
        pending: 0,
        ackPending: 0,
        ...(this.withoutSettings.has(consumer) ? {} : { settings: { filters: [], deliver: 'all' } }),
        ...this.consumers[consumer],
      });
    }
    for (const change of this.changes) events.push({ type: 'asset-change', t: 0, ...change });
    for (const [consumer, drain] of Object.entries(this.drains))
      events.push({ type: 'consumer-drain', t: 1e6, consumer, ...drain });
    return events;
  }

  /** Adds what these nodes hold of a stream. */
  replicate(stream: string, nodes: readonly string[]): void {
    const held = this.stored.filter((event) => event.stream === stream);
    for (const replica of nodes.map((node) => `${stream}@${node}`)) {
      this.replicas.push(replica);
      this.stored.push(...held.map((event) => ({ ...event, stream: replica })));
    }
  }

  /** Removes what the predicate picks from one of the lists. */
  drop<K extends 'publishes' | 'deliveries' | 'acks' | 'stored'>(
    list: K,
    pick: (event: this[K][number]) => boolean,
  ): void {
    const kept = (this[list] as this[K][number][]).filter((event) => !pick(event));
    Object.assign(this, { [list]: kept });
  }
}
