import { defaulted, strictObject, Type, type Static } from '../../../src/support/schema.ts';
import type { StoredEvent } from '../../../src/history/events.ts';
import type { History } from './reader.ts';
import type { Checker } from './checker.ts';
import { storedIn, targetOf, wholeStream } from './evidence.ts';
import { streamOf } from '../../../src/support/stream-of.ts';
import { receivedField, streamsField } from '../../../src/checkers/fields.ts';
import { Judge, plural } from './judge.ts';

const schema = strictObject(
  {
    kind: Type.Literal('no-duplicates'),
    received: defaulted(
      receivedField(
        'Consume workloads that must not get a message again once it is acknowledged; left out: only what is stored is judged.',
        0,
      ),
      [],
    ),
    streams: Type.Optional(
      streamsField(
        'Further streams that must hold no message twice, such as mirrors; those that workloads publish to or receive from are checked anyway.',
        1,
      ),
    ),
  },
  'No message is stored twice, and none is delivered again after its acknowledgement was confirmed.',
);
type Options = Static<typeof schema>;

export const noDuplicates: Checker<typeof schema> = {
  kind: 'no-duplicates',
  summary: 'No message is stored twice, or delivered again after its confirmed acknowledgement',
  proof:
    'Needs deliveries of every workload that it names, and their streams read to the end. Where a workload received nothing, or a stream could not be read, it is inconclusive.',
  example: '{ kind: no-duplicates, received: [consume] }',
  schema,
  check(history, { received, streams = [] }: Options) {
    const published = publishedTo(history);
    const subject =
      received.length > 0 ? [...received, ...streams] : [...new Set([...published, ...streams])];
    const judge = new Judge('no-duplicates', subject.join(', '));
    const consumers = consumersOf(history, received, judge);
    const checked = new Set([...streams, ...consumers.map(streamOf), ...published]);
    for (const stream of checked) {
      wholeStream(history, stream, judge);
      judgeStored(storedIn(history, stream), judge);
    }
    for (const consumer of consumers) judgeDeliveries(history, consumer, judge);
    // Where nothing was received, what is stored is all that can be judged.
    if (received.length === 0 && judge.counted('stored') === judge.counted('foreign'))
      judge.inconclusive(
        checked.size === 0
          ? 'there is no stream to check'
          : `no message of this run is stored in ${[...checked].join(', ')}`,
      );
    return judge.finding({
      passed: passed(received.length > 0, judge),
      failed: (violations) => plural(violations, 'duplicate'),
    });
  },
};

function passed(withDeliveries: boolean, judge: Judge): string {
  const [stored, delivered, again] = ['stored', 'delivered', 'redelivered'].map((name) =>
    judge.counted(name),
  );
  const foreign =
    judge.counted('foreign') === 0 ? '' : ` (${judge.counted('foreign')} of them of others, and not judged)`;
  const there =
    stored === 0
      ? 'no message is stored any more'
      : `none of ${stored} stored messages is there twice${foreign}`;
  if (!withDeliveries) return there;
  const before = again === 0 ? '' : ` (${again} redelivered before that)`;
  return `${there}, and none of ${delivered} deliveries came after a confirmed acknowledgement${before}`;
}

/** The streams that were to be published to, whether or not anything was. */
function publishedTo(history: History): string[] {
  const planned = Object.values(history.workloads).filter(({ kind }) => kind === 'publish');
  return [...planned.map(({ target }) => target), ...history.publishes.map(({ stream }) => stream)];
}

function consumersOf(history: History, received: readonly string[], judge: Judge): string[] {
  const consumers = new Set<string>();
  for (const workload of received) {
    const target = targetOf(history, workload);
    if (target !== undefined) consumers.add(target);
    if (!history.deliveries.some((event) => event.workload === workload))
      judge.inconclusive(`${workload} received nothing`);
  }
  return [...consumers];
}

function judgeStored(stored: readonly StoredEvent[], judge: Judge): void {
  const firstAt = new Map<string, number>();
  judge.count('stored', stored.length);
  for (const { id, seq, stream } of stored) {
    if (id === null) {
      judge.count('foreign');
      continue;
    }
    const first = firstAt.get(id);
    if (first === undefined) firstAt.set(id, seq);
    else {
      const text = `${stream} holds ${id} twice, at sequences ${first} and ${seq}`;
      judge.violation('storedTwice', { stream, seq, id, text });
    }
  }
}

function judgeDeliveries(history: History, consumer: string, judge: Judge): void {
  const confirmedAt = new Map<number, number>();
  for (const { consumer: of, outcome, seq, t } of history.acks) {
    if (of === consumer && outcome === 'ok' && t < (confirmedAt.get(seq) ?? Infinity))
      confirmedAt.set(seq, t);
  }
  const seen = new Set<number>();
  for (const event of history.deliveries) {
    if (event.consumer !== consumer) continue;
    const { seq, t, workload } = event;
    judge.count('delivered');
    if (t > (confirmedAt.get(seq) ?? Infinity)) {
      const text = `sequence ${seq} was delivered again to ${workload} after its acknowledgement was confirmed`;
      judge.violation('redeliveredConfirmed', {
        consumer,
        seq,
        text,
        ...(event.id === null ? {} : { id: event.id }),
      });
    } else if (event.deliveries > 1 || seen.has(seq)) judge.count('redelivered');
    seen.add(seq);
  }
}
