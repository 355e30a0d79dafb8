import type { JetStreamManager } from '@nats-io/jetstream';
import type { Msg } from '@nats-io/transport-node';
import { throwIfAborted } from '../../support/deadline.ts';
import { openManager } from '../assets/manager.ts';
import { watchLink } from '../link-state.ts';
import type { AckSubject } from '../consume/ack-subject.ts';
import { Puller } from '../consume/puller.ts';
import { linesOf } from './header-lines.ts';
import type { ExpectedSequences, ReadSource, StoredMessage, StoredSink } from './reading.ts';
import { readStored } from './stored.ts';

const MAX_BATCH = 1000;
/** A server cuts off a client for which it must keep too much. */
const BATCH_BYTES = 8 * 1024 ** 2;
/** How much is asked of the leader where the consumer gives nothing, before it is tried again. */
const CHUNK = 1000;
const LOOK_EVERY_MS = 100;
/** The server chooses where a consumer is: of three nodes, one of so many is nearly always on the one that is wanted. */
const PLACES_TRIED = 12;

export interface ReaderOptions {
  /** The mean size of a message; left out: it is small. */
  messageBytes?: number;
  /** The consumer is on this node, by the name of its server, and reads what that one holds; left out: on any. */
  on?: string;
}

/**
 * Reads a stream through a consumer of its own, and asks the leader for every sequence that the consumer leaves
 * out: a gap in one replica must not look like a loss.
 *
 * @throws as `readStored`
 */
export async function readThrough(
  source: ReadSource,
  expected: ExpectedSequences,
  sink: StoredSink,
  { messageBytes = 0, on }: ReaderOptions = {},
): Promise<void> {
  const manager = await openManager(source.conn);
  const batch = Math.min(MAX_BATCH, Math.max(1, Math.floor(BATCH_BYTES / Math.max(1, messageBytes))));
  const link = watchLink(source.conn);
  while (expected.left > 0) {
    throwIfAborted(source.signal);
    const before = expected.left;
    let hasMore = true;
    const consumer = await createReader(manager, source.stream, expected.next, on);
    // Where none comes to be on that node, none is waited for any longer.
    if (consumer === undefined && on !== undefined)
      return readStored(source, expected.takeBefore(Infinity), sink);
    if (consumer !== undefined) {
      const reader = new ConsumerReader(source, expected, sink, batch);
      const puller = new Puller(source.conn, link, { stream: source.stream, consumer, ...reader.events });
      try {
        hasMore = await reader.read(puller);
      } finally {
        puller.close();
        await manager.consumers.delete(source.stream, consumer).catch(() => undefined); // it would end by itself
      }
    }
    if (expected.left === before || !hasMore)
      await readStored(source, expected.takeBefore(Infinity, CHUNK), sink);
  }
}

/** @returns its name; undefined when the server does not create it, or not there, which has many possible reasons */
async function createReader(
  manager: JetStreamManager,
  stream: string,
  first: number,
  on: string | undefined,
): Promise<string | undefined> {
  try {
    for (let tried = 0; tried < PLACES_TRIED; tried += 1) {
      const { name, cluster } = await manager.consumers.add(stream, {
        ack_policy: 'none',
        deliver_policy: 'by_start_sequence',
        opt_start_seq: first,
        mem_storage: true,
        num_replicas: 1,
        inactive_threshold: 30e9,
      });
      if (on === undefined || cluster?.leader === on) return name;
      await manager.consumers.delete(stream, name);
    }
  } catch {
    return undefined;
  }
  return undefined;
}

/** Takes messages as the consumer delivers them, until it has all, or the consumer gives no more. */
class ConsumerReader {
  readonly events = {
    received: (msg: Msg, delivery: AckSubject): void => this.#received(delivery.seq, storedAs(msg, delivery)),
    ended: (error: string | undefined, missing: number): void => this.#pullEnded(error, missing),
  };
  readonly #source: ReadSource;
  readonly #expected: ExpectedSequences;
  readonly #sink: StoredSink;
  readonly #batch: number;
  #puller: Puller | undefined;
  /** What came while the leader was asked for what was left out before it. */
  #parked: { seq: number; msg: StoredMessage }[] = [];
  #asking = false;
  /** Until a pull comes back with less than there should be. */
  #hasMore = true;
  #finish: () => void = () => undefined;
  #fail: (error: Error) => void = () => undefined;

  constructor(source: ReadSource, expected: ExpectedSequences, sink: StoredSink, batch: number) {
    this.#source = source;
    this.#expected = expected;
    this.#sink = sink;
    this.#batch = batch;
  }

  /** @returns whether it may have more than it gave */
  async read(puller: Puller): Promise<boolean> {
    this.#puller = puller;
    const finished = new Promise<void>((resolve, reject) => {
      this.#finish = resolve;
      this.#fail = reject;
    });
    const timer = setInterval(() => {
      if (!this.#asking && (this.#source.progress.stalled || this.#source.signal?.aborted === true))
        this.#finish();
    }, LOOK_EVERY_MS);
    this.#pullMore();
    try {
      await finished;
      return this.#hasMore;
    } finally {
      clearInterval(timer);
      this.#puller = undefined;
    }
  }

  #received(seq: number, msg: StoredMessage): void {
    if (this.#puller === undefined) return;
    if (this.#asking) this.#parked.push({ seq, msg });
    else this.#take(seq, msg);
    if (this.#expected.left === 0 && !this.#asking) this.#finish();
  }

  #take(seq: number, msg: StoredMessage): void {
    const { next } = this.#expected;
    if (seq > next && this.#expected.left > 0) void this.#askFor(seq, msg);
    else if (seq === next && this.#expected.left > 0 && this.#source.signal?.aborted !== true) {
      this.#expected.take();
      this.#sink.found(seq, msg);
      this.#source.progress.made();
    } // otherwise it is newer than the state that is read, or already read
  }

  /** Asks the leader for what the consumer left out before a message, and goes on with that. */
  async #askFor(seq: number, msg: StoredMessage): Promise<void> {
    this.#asking = true;
    this.#parked.unshift({ seq, msg });
    try {
      await readStored(this.#source, this.#expected.takeBefore(seq), this.#sink);
    } catch (error) {
      this.#fail(error as Error);
      return;
    }
    this.#asking = false;
    this.#goOn();
  }

  #goOn(): void {
    while (!this.#asking) {
      const next = this.#parked.shift();
      if (next === undefined) break;
      this.#take(next.seq, next.msg);
    }
    if (this.#asking) return;
    if (this.#expected.left === 0 || !this.#hasMore) this.#finish();
    else this.#pullMore();
  }

  #pullEnded(error: string | undefined, missing: number): void {
    if (error === undefined && missing > 0) this.#hasMore = false;
    if (this.#asking) return;
    if (error !== undefined || missing > 0) this.#finish();
    else this.#pullMore();
  }

  #pullMore(): void {
    const puller = this.#puller;
    while (puller !== undefined && this.#hasMore && puller.free > 0) {
      // A pull for more messages than there are would wait for messages that never come.
      const wanted = Math.min(this.#batch, this.#expected.left - puller.outstanding);
      if (wanted <= 0) return;
      puller.pull(wanted);
    }
  }
}

function storedAs(msg: Msg, { time }: AckSubject): StoredMessage {
  const { subject, data, headers } = msg;
  return { subject, body: data, time, headers: headers === undefined ? '' : linesOf(headers) };
}
