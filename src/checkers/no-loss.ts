import type { StreamAuditEvent } from '../history/events.ts';
import { Bits } from '../support/bits.ts';
import { address, defaulted, strictObject, Type, type Static } from '../support/schema.ts';
import type { Checker, Example } from './checker.ts';
import type { Evidence } from './evidence/evidence.ts';
import type { Held } from './evidence/held.ts';
import type { Message } from './evidence/message.ts';
import type { Sent } from './evidence/sent.ts';
import { receivedField, replicasField } from './fields.ts';
import { splitReceived } from './kept/ledgers.ts';
import { judgeKept, requestsKept } from './kept/loss.ts';
import { Judge, plural } from './judge.ts';
import { LostPlaces, placesInWords } from './lost-places.ts';
import { Steps } from './over-time.ts';
import { judgeReceipts } from './receipts.ts';
import { receiversOf, type Receiver } from './receiver.ts';
import { judgeReplicas } from './replica-losses.ts';

const schema = strictObject(
  {
    kind: Type.Literal('no-loss'),
    published: address(
      'workload',
      'The publish workload whose acknowledged messages must all be there, or the http workload whose accepted requests must.',
    ),
    received: defaulted(
      receivedField(
        'Consume workloads; each must have received every message and had its acknowledgement confirmed, as far as its consumer had a leader and time for that. And ledger workloads; each must have found every message, or request.',
        0,
      ),
      [],
    ),
    replicas: Type.Optional(replicasField),
  },
  'Every acknowledged message is in its stream, and was delivered and acknowledged at least once.',
);
type Options = Static<typeof schema>;

export const noLoss: Checker<typeof schema> = {
  kind: 'no-loss',
  summary: 'Every acknowledged message is stored, and was delivered and acknowledged at least once',
  proof:
    'Needs acknowledged publishes of the workload, and its stream read to the end once every workload has drained; for `received`, what was delivered and acknowledged as well. What is lost is placed among what survived of its publisher: at the start, in the middle, at the end. With `replicas: each`, what one replica alone has lost is a loss too. Requests of an http workload are in no stream: each ledger must hold every accepted one. Without an acknowledged message, or where a stream or ledger could not be read, it is inconclusive.',
  example: '{ kind: no-loss, published: publish, received: [consume] }',
  schema,
  check(evidence, { published, received: all, replicas }: Options) {
    const { consuming: received, ledgers } = splitReceived(evidence.history, all);
    if (evidence.history.workloads[published]?.kind === 'http')
      return requestsKept(evidence, published, ledgers);
    const subject = all.length === 0 ? published : `${published} → ${all.join(', ')}`;
    const judge = new Judge('no-loss', subject);
    const sent = evidence.sent(published);
    const acknowledged = sent.acknowledged.size;
    judge.count('published', sent.published);
    judge.count('acknowledged', acknowledged);
    if (acknowledged === 0) judge.inconclusive(`${published} has no acknowledged message`);

    const stream = evidence.targetOf(published) ?? '';
    const removed = evidence.removed(published);
    judge.countAny('removed', removed.size);
    if (acknowledged > 0 && removed.size === acknowledged)
      judge.inconclusive(`an action has removed every acknowledged message of ${published}`);
    const audit = judge.wholeStream(evidence, stream);
    const receivers = receiversOf(evidence, received, judge);
    const held = evidence.held(stream);
    const lost = audit === undefined ? new Bits() : judgeStored(sent, removed, held, audit, judge);
    if (audit === undefined) judge.countAny('unread', acknowledged);
    if (replicas !== undefined) judge.count('replicas', judgeReplicas(evidence, stream, sent, judge));
    const places = lost.size === 0 ? undefined : placesIn(evidence, held, published);
    const overTime = new Steps();
    judgeReceipts(evidence, { sent, stream, lost, removed, receivers }, judge, (seq, n, t) => {
      if (places !== undefined) judge.count(places.placeOf(n));
      overTime.add(t);
      const found = held.astray.get(published)?.instead.get(seq);
      judge.violated(seq, () =>
        lostExample(evidence, { stream, seq, by: sent.by, n, gone: audit?.gone === true, found }),
      );
    });
    judgeKept(evidence, sent, ledgers, judge, overTime);
    const terminated = receivers.reduce((sum, { received: { terminated: one } }) => sum + one, 0);
    if (terminated > 0) judge.count('terminated', terminated);
    judgeOpen(receivers, judge);
    countUnanswered(sent, held.numbers[sent.by] ?? new Bits(), judge);
    if (judge.counted('expired') > 0 && receivers.length === 0) {
      judge.inconclusive(
        `${judge.counted('expired')} messages are gone from ${stream}, which may drop messages by itself`,
      );
    }
    const finding = judge.finding({
      passed: passed(evidence, acknowledged, stream, received, judge) + keptText(ledgers),
      failed: () => `${named(judge)} of ${plural(acknowledged, 'acknowledged message')}`,
    });
    const lostOverTime = overTime.overTime('lost');
    return lostOverTime === undefined ? finding : { ...finding, overTime: lostOverTime };
  },
};

function placesIn({ history }: Evidence, { astray }: Held, published: string): LostPlaces {
  return new LostPlaces(history, published, astray.get(published)?.messages ?? new Bits());
}

/** Numbers of the messages that the stream has lost. */
function judgeStored(
  sent: Sent,
  removed: Bits,
  { astray }: Held,
  { mayExpire }: StreamAuditEvent,
  judge: Judge,
): Bits {
  const found = astray.get(sent.workload) ?? { messages: new Bits(), occupied: new Bits() };
  // What an action has removed is rightly gone.
  const messages = found.messages.without(removed);
  const occupied = found.occupied.without(removed);
  // Where another message has its sequence, the stream has not dropped it by itself.
  const lost = mayExpire ? occupied : messages;
  judge.countAny('stored', sent.acknowledged.size - removed.size - messages.size);
  judge.countAny('expired', messages.size - lost.size);
  judge.countAny('missing', lost.size);
  return lost;
}

interface Lost extends Message {
  stream: string;
  seq: number;
  /** The stream itself is gone. */
  gone: boolean;
  /** What the stream holds at its sequence. */
  found: Message | undefined;
}

function lostExample({ history }: Evidence, { stream, seq, by, n, gone, found }: Lost): Example {
  const other = found && (history.identity(found.by, found.n) ?? 'a foreign message');
  const instead = other === undefined ? '' : `: it holds ${other} there`;
  const how = seq === 0 ? 'as a duplicate, without a sequence,' : `with sequence ${seq}`;
  const text = gone
    ? `acknowledged ${how}${seq === 0 ? '' : ','} and stream ${stream} itself is gone`
    : `acknowledged ${how} but stream ${stream} does not hold it${instead}`;
  const id = history.identity(by, n);
  return { stream, text, ...(id === null ? {} : { id }), seq };
}

/** A message whose fate is unknown is no loss, and no proof that there is none. */
function judgeOpen(receivers: readonly Receiver[], judge: Judge): void {
  const unconfirmed = judge.counted('unconfirmed');
  if (unconfirmed > 0)
    judge.inconclusive(
      `${plural(unconfirmed, 'message')} delivered, and unconfirmed: the acknowledgement has no answer`,
    );
  const outstanding = judge.counted('outstanding');
  if (outstanding === 0) return;
  const why = receivers.flatMap(({ consumer, hindrance }) =>
    hindrance === undefined ? [] : [`${consumer}: ${hindrance}`],
  );
  judge.inconclusive(
    `${plural(outstanding, 'message')} outstanding for consumers that could not get them (${why.join('; ')})`,
  );
}

/** `2 missing, 1 undelivered`: each kind by its name. */
function named(judge: Judge): string {
  const names = {
    missing: `missing${placesInWords(judge)}`,
    missingOnReplica: 'missing on one replica',
    undelivered: 'undelivered',
    unacknowledged: 'unacknowledged',
    unconfirmed: 'unconfirmed',
    outstanding: 'outstanding',
    unkept: 'not kept',
  };
  return Object.entries(names)
    .filter(([name]) => judge.counted(name) > 0)
    .map(([name, words]) => `${judge.counted(name)} ${words}`)
    .join(', ');
}

function keptText(ledgers: readonly string[]): string {
  return ledgers.length === 0 ? '' : `; all of them are kept by ${ledgers.join(', ')}`;
}

/** A publish without an answer may be stored or not: both are right. @param held numbers that the stream holds */
function countUnanswered({ refused, unanswered }: Sent, held: Bits, judge: Judge): void {
  const [refusedYetStored, present] = [refused.sizeWith(held), unanswered.sizeWith(held)];
  judge.countAny('refusedYetStored', refusedYetStored);
  judge.countAny('refused', refused.size - refusedYetStored);
  judge.countAny('unknownPresent', present);
  judge.countAny('unknownAbsent', unanswered.size - present);
}

function receiptBy(evidence: Evidence, received: readonly string[]): string {
  const acknowledging = received.filter((one) => evidence.acknowledges(evidence.targetOf(one) ?? ''));
  const reading = received.filter((one) => !acknowledging.includes(one));
  return [
    ...(acknowledging.length === 0 ? [] : [`delivered to and acknowledged by ${acknowledging.join(', ')}`]),
    ...(reading.length === 0 ? [] : [`delivered to ${reading.join(', ')}`]),
  ].join(', ');
}

function passed(
  evidence: Evidence,
  count: number,
  stream: string,
  received: readonly string[],
  judge: Judge,
): string {
  const [there, absent] = [judge.counted('unknownPresent'), judge.counted('unknownAbsent')];
  const stored =
    judge.counted('expired') > 0 ? `were in ${stream} until it removed them` : `are in ${stream}`;
  const replicas = judge.counted('replicas');
  const everywhere = replicas === 0 ? '' : ` and each of its ${plural(replicas, 'replica')}`;
  const receipt = received.length === 0 ? '' : `, ${receiptBy(evidence, received)}`;
  const terminated = judge.counted('terminated');
  const dropped = terminated === 0 ? '' : ` (${terminated} of them terminated)`;
  const unknown =
    there + absent === 0 ? '' : `; of ${there + absent} without an answer ${there} are there too`;
  const removed = judge.counted('removed');
  const gone = removed === 0 ? '' : `an action removed ${plural(removed, 'acknowledged message')}; `;
  const which = removed === 0 ? 'all' : 'all other';
  return `${gone}${which} ${plural(count - removed, 'acknowledged message')} ${stored}${everywhere}${receipt}${dropped}${unknown}`;
}
