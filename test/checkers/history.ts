import type {
  AckEvent,
  DeliverEvent,
  HistoryEvent,
  PublishEvent,
  StoredEvent,
} from '../../src/history/events.ts';
import { historyOf, type History } from '../../src/history/reader.ts';

export const RUN = 'testrun1';
export const STREAM = 'a/qa';
export const MIRROR = 'b/qa_mirror';
export const CONSUMER = 'a/qa/worker';
export const MIRROR_CONSUMER = 'b/qa_mirror/worker';
export const WORKLOADS = {
  p1: { kind: 'publish', target: STREAM },
  p2: { kind: 'publish', target: STREAM },
  c: { kind: 'consume', target: CONSUMER },
  m: { kind: 'consume', target: MIRROR_CONSUMER },
};

/** The events of a run in which nothing went wrong, to be spoiled one by one. */
export class Story {
  publishes: PublishEvent[] = [];
  deliveries: DeliverEvent[] = [];
  acks: AckEvent[] = [];
  stored: StoredEvent[] = [];
  /** Streams whose audit is incomplete, and what may drop messages. */
  incomplete = new Set<string>();
  gone = new Set<string>();
  mayExpire = new Set<string>();
  unaudited = new Set<string>();
  ackFloor: Record<string, number> = {};

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
        this.stored.push({ type: 'stored', stream, seq, subject: 'qa.x', id, digest: `digest-${id}` });
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
    const events: HistoryEvent[] = [...this.publishes, ...this.deliveries, ...this.acks, ...this.stored];
    for (const stream of [STREAM, MIRROR]) {
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
      });
    }
    return historyOf(events, WORKLOADS);
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
