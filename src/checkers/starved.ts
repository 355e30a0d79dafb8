import type { ConsumerAuditEvent } from '../history/events.ts';
import { strictObject, Type, type Static } from '../support/schema.ts';
import { streamOf } from '../support/stream-of.ts';
import type { Checker } from './checker.ts';
import type { Evidence } from './evidence/evidence.ts';
import { filterOf, messagesFor, type StoredMessage } from './evidence/owed.ts';
import { receivedField } from './fields.ts';
import { Judge, plural } from './judge.ts';
import { Counted } from './lowest.ts';
import { hindranceOf } from './receiver.ts';

const schema = strictObject(
  {
    kind: Type.Literal('starved'),
    received: receivedField(
      'Consume workloads whose consumers must have delivered, or still owe, every message that is stored and matches their filters.',
      1,
    ),
  },
  'No consumer forgets a message, and none stands still while messages are pending.',
);
type Options = Static<typeof schema>;

export const starved: Checker<typeof schema> = {
  kind: 'starved',
  summary: 'No consumer forgets a message that is stored for it, or stands still while messages are pending',
  proof:
    'Compares the messages that the stream holds, and the consumer has never delivered, with what the consumer says it still owes: its pending count, its ack floor and its last delivery, read after the stream. Without a stored message for it, or where either could not be read, it is inconclusive.',
  example: '{ kind: starved, received: [consume] }',
  schema,
  check(evidence, { received }: Options) {
    const judge = new Judge('starved', received.join(', '));
    const consumers = [...new Set(received.map((workload) => evidence.targetOf(workload) ?? ''))];
    for (const consumer of consumers) judgeConsumer(evidence, consumer, judge);
    const [due, owed] = ['due', 'owed'].map((name) => judge.counted(name)) as [number, number];
    const rest = owed === 0 ? '' : `; ${owed} more are owed, and could not be delivered in time`;
    return judge.finding({
      passed: `all ${plural(due - owed, 'message')} stored for ${consumers.join(', ')} were delivered${rest}`,
      failed: (violations) => `${plural(violations, 'message')} starved`,
    });
  },
};

/** Messages that a consumer has not delivered, by what it says of their sequences. */
interface Undelivered {
  /** Up to its ack floor: it takes them for acknowledged. */
  acknowledged: Counted<StoredMessage>;
  /** Up to its last delivery: they may be on their way again. */
  underWay: Counted<StoredMessage>;
  /** After that: they must be pending. */
  ahead: Counted<StoredMessage>;
}

function judgeConsumer(evidence: Evidence, consumer: string, judge: Judge): void {
  const { history } = evidence;
  const stream = streamOf(consumer);
  const whole = judge.wholeStream(evidence, stream);
  const audit = evidence.consumerAudit(consumer);
  const isMeant = filterOf(evidence, consumer);
  if (audit?.complete !== true || typeof isMeant === 'string') {
    judge.inconclusive(
      typeof isMeant === 'string' ? isMeant : `the state of consumer ${consumer} was not read`,
    );
    return;
  }
  const { sequences } = evidence.received(consumer);
  const left: Undelivered = { acknowledged: new Counted(), underWay: new Counted(), ahead: new Counted() };
  // A consumer that did not begin with the first message owes nothing before the first that it delivered.
  let begun = audit.settings?.deliver === 'all';
  let due = 0;
  for (const { seq, by, n } of messagesFor(history, consumer, isMeant)) {
    const isDelivered = sequences.has(seq);
    begun ||= isDelivered;
    if (!begun) continue;
    due += 1;
    if (isDelivered) continue;
    const message = { seq, by, n };
    if (seq <= audit.ackFloor) left.acknowledged.add(seq, message);
    else if (seq <= audit.delivered) left.underWay.add(seq, message);
    else left.ahead.add(seq, message);
  }
  judge.countAny('due', due);
  if (due === 0) {
    judge.inconclusive(`nothing is stored for ${consumer}`);
    return;
  }
  judgeLeft(evidence, consumer, { audit, left, mayExpire: whole?.mayExpire !== false }, judge);
}

interface Left {
  audit: ConsumerAuditEvent;
  left: Undelivered;
  mayExpire: boolean;
}

function judgeLeft(
  evidence: Evidence,
  consumer: string,
  { audit, left, mayExpire }: Left,
  judge: Judge,
): void {
  const { acknowledged, underWay, ahead } = left;
  const say = (messages: Counted<StoredMessage>, count: number, name: string, what: string): void => {
    judge.violations(name, { count, lowest: messages.lowest }, ({ seq, by, n }) => {
      const id = evidence.history.identity(by, n);
      const text = `sequence ${seq} is stored for ${consumer}, which never delivered it, ${what}`;
      return { consumer, seq, text, ...(id === null ? {} : { id }) };
    });
  };
  if (acknowledged.count > 0)
    say(acknowledged, acknowledged.count, 'belowFloor', `and has its ack floor at ${audit.ackFloor}`);
  judgeUnderWay(evidence, consumer, { audit, underWay, say }, judge);
  const forgotten = ahead.count - audit.pending;
  if (forgotten > 0) {
    const what = `has last delivered ${audit.delivered}, and says that ${audit.pending} of ${plural(ahead.count, 'message')} after it ${audit.pending === 1 ? 'is' : 'are'} pending`;
    if (mayExpire) judge.inconclusive(`${consumer} ${what}; its stream may have removed the others by then`);
    else say(ahead, forgotten, 'forgotten', what);
  }
  const owed = ahead.count - Math.max(0, forgotten);
  if (owed === 0) return;
  judge.count('owed', owed);
  const drain = evidence.history.consumerDrains.findLast((event) => event.consumer === consumer);
  const hindrance = hindranceOf(evidence, consumer);
  if (hindrance !== undefined)
    judge.inconclusive(
      `${plural(owed, 'message')} pending for ${consumer}, which could not get them: ${hindrance}`,
    );
  else if (drain?.outcome === 'stalled')
    say(ahead, owed, 'stalled', `and stands still with ${audit.pending} pending`);
  else judge.inconclusive(`${plural(owed, 'message')} pending for ${consumer} when its state was read`);
}

interface UnderWay {
  audit: ConsumerAuditEvent;
  underWay: Counted<StoredMessage>;
  say: (messages: Counted<StoredMessage>, count: number, name: string, what: string) => void;
}

/** What was sent, and has not come: the consumer must still wait for its acknowledgement, or have given it up. */
function judgeUnderWay(
  evidence: Evidence,
  consumer: string,
  { audit, underWay, say }: UnderWay,
  judge: Judge,
): void {
  const { ackPending, delivered, settings } = audit;
  const forgotten = underWay.count - ackPending;
  if (forgotten > 0 && settings?.maxDeliver !== undefined)
    judge.inconclusive(
      `${plural(forgotten, 'message')} never came from ${consumer}, whose maxDeliver is ${settings.maxDeliver}`,
    );
  else if (forgotten > 0)
    say(
      underWay,
      forgotten,
      'forgotten',
      `takes it for delivered (its last is ${delivered}), and waits for ${plural(ackPending, 'acknowledgement')}`,
    );
  const waiting = underWay.count - Math.max(0, forgotten);
  if (waiting === 0) return;
  judge.count('owed', waiting);
  judge.inconclusive(
    `${plural(waiting, 'message')} of ${consumer} ${waiting === 1 ? 'is' : 'are'} to be delivered again (${hindranceOf(evidence, consumer) ?? 'not yet acknowledged'})`,
  );
}
