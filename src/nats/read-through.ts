import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { throwIfAborted } from '../support/deadline.ts';
import { watchLink } from './link-state.ts';
import { Puller, type PulledMessage } from './puller.ts';
import { readStored, type Reading, type ReadSource } from './stored.ts';

const BATCH = 1000;

/**
 * Reads a stream through a consumer of its own, and asks the leader for every sequence that the consumer leaves
 * out: one replica with a hole must not look like a loss.
 *
 * @param sequences rising
 * @throws as `readStored`
 */
export async function* readThrough(source: ReadSource, sequences: Iterable<number>): AsyncGenerator<Reading> {
  const expected = [...sequences];
  let at = 0;
  for await (const { seq, subject, body } of delivered(source, expected)) {
    throwIfAborted(source.signal);
    const skipped = at;
    while (at < expected.length && (expected[at] ?? seq) < seq) at += 1;
    if (at > skipped) yield* readStored(source, expected.slice(skipped, at));
    if (expected[at] !== seq) continue; // newer than the state that is read, or seen already
    at += 1;
    yield { seq, message: { seq, subject, body } };
  }
  if (at < expected.length) yield* readStored(source, expected.slice(at));
}

/** Messages from a consumer that lives as long as this: in order, and no more once something goes wrong. */
async function* delivered(source: ReadSource, expected: readonly number[]): AsyncGenerator<PulledMessage> {
  const [first] = expected;
  if (first === undefined) return;
  const manager = await jetstreamManager(source.conn, { checkAPI: false, timeout: 2000 });
  const consumer = await createReader(manager, source.stream, first);
  if (consumer === undefined) return;
  let arrived: PulledMessage[] = [];
  const puller = new Puller(source.conn, watchLink(source.conn), {
    stream: source.stream,
    consumer,
    received: (message) => void arrived.push(message),
  });
  try {
    // Asking for no more than there are spares the wait for messages that never come.
    let rest = expected.length;
    let pull = puller.pull(Math.min(BATCH, rest));
    while (rest > 0) {
      const { error } = await pull;
      const batch = arrived;
      arrived = [];
      const goesOn = error === undefined && batch.length > 0 && performance.now() < source.deadline;
      rest = goesOn ? rest - batch.length : 0;
      if (rest > 0) pull = puller.pull(Math.min(BATCH, rest)); // on its way while these are looked at
      yield* batch;
    }
  } finally {
    puller.close();
    await manager.consumers.delete(source.stream, consumer).catch(() => undefined); // it would end by itself
  }
}

/** @returns its name; undefined when the server makes none, for which there are many honest reasons */
async function createReader(
  manager: JetStreamManager,
  stream: string,
  first: number,
): Promise<string | undefined> {
  try {
    const info = await manager.consumers.add(stream, {
      ack_policy: 'none',
      deliver_policy: 'by_start_sequence',
      opt_start_seq: first,
      mem_storage: true,
      num_replicas: 1,
      inactive_threshold: 30e9,
    });
    return info.name;
  } catch {
    return undefined;
  }
}
