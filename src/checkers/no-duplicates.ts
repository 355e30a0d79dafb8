import { strictObject, Type, type Static } from '../support/schema.ts';
import type { StoredEvent } from '../history/events.ts';
import type { History } from '../history/reader.ts';
import type { Checker } from './checker.ts';
import { storedIn, streamOf, targetOf, wholeStream } from './evidence.ts';
import { receivedField, streamsField } from './fields.ts';
import { Judge, plural } from './judge.ts';

const schema = strictObject(
  {
    kind: Type.Literal('no-duplicates'),
    received: receivedField(
      'Consume workloads that must not get a message again once it is acknowledged.',
      1,
    ),
    streams: Type.Optional(
      streamsField(
        'Further streams that must hold no message twice; those of the workloads are looked at anyway.',
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
  schema,
  check(history, { received, streams = [] }: Options) {
    const judge = new Judge('no-duplicates', [...received, ...streams].join(', '));
    const consumers = consumersOf(history, received, judge);
    const published = history.publishes.map(({ stream }) => stream);
    const looked = new Set([...streams, ...consumers.map(streamOf), ...published]);
    for (const stream of looked) {
      wholeStream(history, stream, judge);
      judgeStored(storedIn(history, stream), judge);
    }
    for (const consumer of consumers) judgeDeliveries(history, consumer, judge);
    const [stored, delivered, again] = ['stored', 'delivered', 'redelivered'].map((name) =>
      judge.counted(name),
    );
    const before = again === 0 ? '' : ` (${again} redelivered before that)`;
    return judge.finding({
      passed: `none of ${stored} stored messages is there twice, and none of ${delivered} deliveries came after a confirmed acknowledgement${before}`,
      failed: (violations) => plural(violations, 'duplicate'),
    });
  },
};

function consumersOf(history: History, received: readonly string[], judge: Judge): string[] {
  const consumers = new Set<string>();
  for (const workload of received) {
    const target = targetOf(history, workload);
    if (target !== undefined) consumers.add(target);
    if (!history.deliveries.some((event) => event.workload === workload))
      judge.doubt(`${workload} received nothing`);
  }
  return [...consumers];
}

function judgeStored(stored: readonly StoredEvent[], judge: Judge): void {
  const firstAt = new Map<string, number>();
  judge.count('stored', stored.length);
  for (const { id, seq, stream } of stored) {
    if (id === null) continue;
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
