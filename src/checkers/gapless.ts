import { defaulted, strictObject, Type, type Static } from '../support/schema.ts';
import { streamOf } from '../support/stream-of.ts';
import type { Checker } from './checker.ts';
import type { Evidence } from './evidence/evidence.ts';
import { filterOf, messagesFor, type StoredMessage } from './evidence/owed.ts';
import { receivedField, streamsField } from './fields.ts';
import { Judge, plural } from './judge.ts';
import { Counted } from './lowest.ts';
import { hindranceOf } from './receiver.ts';
import { consumersOf, publishedTo } from './targets.ts';

const schema = strictObject(
  {
    kind: Type.Literal('gapless'),
    streams: Type.Optional(
      streamsField(
        'Streams that must hold every sequence from their first to their last; left out: those that workloads publish to.',
        1,
      ),
    ),
    received: defaulted(
      receivedField(
        'Consume workloads; between the first and the last message that a consumer delivered to them it must leave out none that its stream holds and its filters match.',
        0,
      ),
      [],
    ),
  },
  'No stream has a hole in its sequences, but for those that its own settings may make, and no consumer leaves a message out.',
);
type Options = Static<typeof schema>;

export const gapless: Checker<typeof schema> = {
  kind: 'gapless',
  summary:
    'Streams have no hole between their first and last sequence, and consumers leave nothing out between',
  proof:
    'Needs the streams read to their end, and deliveries of every workload that it names. Where nothing is stored, or a stream has holes that its own settings may have made (a limit per subject, a TTL of messages, work queues, interest), it is inconclusive.',
  example: '{ kind: gapless, received: [consume] }',
  schema,
  check(evidence, { streams, received }: Options) {
    const checked = streams ?? publishedTo(evidence);
    const judge = new Judge('gapless', [...checked, ...received].join(', '));
    for (const stream of checked) judgeStream(evidence, stream, judge);
    for (const consumer of consumersOf(evidence, received, judge)) judgeDeliveries(evidence, consumer, judge);
    const [stored, due] = ['stored', 'due'].map((name) => judge.counted(name)) as [number, number];
    if (checked.length + received.length === 0) judge.inconclusive('there is no stream to check');
    const held =
      checked.length === 0 ? [] : [`${plural(stored, 'message')} without a hole in ${checked.join(', ')}`];
    const got =
      received.length === 0
        ? []
        : [`none of ${due} between the first and the last one was left out for ${received.join(', ')}`];
    return judge.finding({
      passed: [...held, ...got].join('; '),
      failed: (violations) => `${plural(violations, 'message')} left out`,
    });
  },
};

/** Sequences that a stream does not hold, one after the other. */
interface Hole {
  seq: number;
  to: number;
}

function judgeStream(evidence: Evidence, stream: string, judge: Judge): void {
  const audit = judge.wholeStream(evidence, stream);
  let [stored, missing] = [0, 0];
  const holes = new Counted<Hole>();
  // Of a stream that drops its oldest messages the first ones may be gone since its state was read.
  let next = audit === undefined || audit.mayExpire ? undefined : audit.firstSeq;
  const missed = (to: number): void => {
    if (next === undefined || to <= next) return;
    missing += to - next;
    holes.add(next, { seq: next, to: to - 1 });
  };
  for (const { seq, length } of evidence.history.stored(stream)) {
    stored += length;
    for (let row = 0; row < length; row += 1) {
      const at = seq[row] as number;
      if (at !== next) missed(at);
      next = at + 1;
    }
  }
  if (audit !== undefined && stored > 0) missed(audit.lastSeq + 1);
  judge.count('stored', stored);
  if (stored === 0) judge.inconclusive(`${stream} holds nothing`);
  // What could not be read may be there.
  if (audit === undefined || missing === 0) return;
  if (audit.mayHaveGaps ?? audit.mayExpire) {
    judge.count('mayBeRemoved', missing);
    judge.inconclusive(
      `${stream} lacks ${plural(missing, 'sequence')}, which its own settings may have removed`,
    );
    return;
  }
  judge.violations('holes', { count: missing, lowest: holes.lowest }, ({ seq, to }) => {
    const which = to === seq ? `sequence ${seq}` : `sequences ${seq} to ${to}`;
    const around = `from ${audit.firstSeq} to ${audit.lastSeq}`;
    return { stream, seq, text: `${stream}, which goes ${around}, does not hold ${which}` };
  });
}

function judgeDeliveries(evidence: Evidence, consumer: string, judge: Judge): void {
  const { history } = evidence;
  const stream = streamOf(consumer);
  judge.wholeStream(evidence, stream);
  const isMeant = filterOf(evidence, consumer);
  if (typeof isMeant === 'string') {
    judge.inconclusive(isMeant);
    return;
  }
  const { sequences } = evidence.received(consumer);
  const skipped = new Counted<StoredMessage>();
  // Those after the last delivered one are not known to be left out: they are added once another one is delivered.
  let [begun, due] = [false, 0];
  let open = new Counted<StoredMessage>();
  for (const { seq, by, n } of messagesFor(history, consumer, isMeant)) {
    if (sequences.has(seq)) {
      begun = true;
      due += 1 + open.count;
      for (const one of open.lowest.values) skipped.lowest.add(one.seq, one);
      skipped.count += open.count;
      if (open.count > 0) open = new Counted();
    } else if (begun) open.add(seq, { seq, by, n });
  }
  judge.countAny('due', due);
  const hindrance = hindranceOf(evidence, consumer);
  const text = (seq: number): string =>
    `${consumer} delivered messages before and after sequence ${seq}, and not that one`;
  if (hindrance !== undefined && skipped.count > 0) {
    judge.count('outstanding', skipped.count);
    judge.inconclusive(
      `${plural(skipped.count, 'message')} left out by ${consumer}, which could not get them: ${hindrance}`,
    );
    for (const { seq, by, n } of skipped.lowest.values)
      judge.open(seq, () => ({ consumer, seq, text: text(seq), ...idOf(evidence, by, n) }));
    return;
  }
  judge.violations('leftOut', skipped, ({ seq, by, n }) => ({
    consumer,
    seq,
    text: text(seq),
    ...idOf(evidence, by, n),
  }));
}

function idOf({ history }: Evidence, by: number, n: number): { id?: string } {
  const id = history.identity(by, n);
  return id === null ? {} : { id };
}
