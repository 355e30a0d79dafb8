import { address, defaulted, strictObject, Type, type Static } from '../../../src/support/schema.ts';
import type { PublishEvent, StoredEvent, StreamAuditEvent } from '../../../src/history/events.ts';
import type { Checker, Example } from './checker.ts';
import { storedIn, targetOf, wholeStream } from './evidence.ts';
import { streamOf } from '../../../src/support/stream-of.ts';
import { receivedField } from '../../../src/checkers/fields.ts';
import { Judge, plural } from './judge.ts';
import { receiversOf, type Receiver } from './receiver.ts';

const schema = strictObject(
  {
    kind: Type.Literal('no-loss'),
    published: address('workload', 'The publish workload whose acknowledged messages must all be there.'),
    received: defaulted(
      receivedField(
        'Consume workloads; each must have received every message and had its acknowledgement confirmed, as far as its consumer had a leader and time for that.',
        0,
      ),
      [],
    ),
  },
  'Every acknowledged message is in its stream, and was delivered and acknowledged at least once.',
);
type Options = Static<typeof schema>;

export const noLoss: Checker<typeof schema> = {
  kind: 'no-loss',
  summary: 'Every acknowledged message is stored, and was delivered and acknowledged at least once',
  proof:
    'Needs acknowledged publishes of the workload, and its stream read to the end once every workload has drained; for `received`, what was delivered and acknowledged as well. Without an acknowledged message, or where a stream could not be read, it is inconclusive.',
  example: '{ kind: no-loss, published: publish, received: [consume] }',
  schema,
  check(history, { published, received }: Options) {
    const subject = received.length === 0 ? published : `${published} → ${received.join(', ')}`;
    const judge = new Judge('no-loss', subject);
    const sent = history.publishes.filter(({ workload }) => workload === published);
    const acknowledged = sent.filter(({ outcome }) => outcome === 'ok');
    judge.count('published', sent.length);
    judge.count('acknowledged', acknowledged.length);
    if (acknowledged.length === 0) judge.inconclusive(`${published} has no acknowledged message`);

    const stream = targetOf(history, published) ?? '';
    const audit = wholeStream(history, stream, judge);
    const receivers = receiversOf(history, received, judge);
    const at = new Map(storedIn(history, stream).map((event) => [event.seq, event]));
    const surviving = acknowledged
      .filter((event) => audit !== undefined && whereIs(event, at.get(event.seq ?? 0), audit) === 'stored')
      .map(({ n }) => n);
    const lostAt: number[] = [];
    for (const event of acknowledged) {
      const where = audit === undefined ? 'unread' : whereIs(event, at.get(event.seq ?? 0), audit);
      if (where === 'lost') {
        judge.count(placeOf(event.n, surviving));
        lostAt.push(event.t);
        judge.violation('missing', lost(event, at.get(event.seq ?? 0), audit?.gone === true));
      } else {
        judge.count(where);
        judgeReceipt(event, receivers, judge);
      }
    }
    judgeOpen(receivers, judge);
    countUnanswered(sent, new Set([...at.values()].map(({ id }) => id)), judge);
    if (judge.counted('expired') > 0 && receivers.length === 0) {
      judge.inconclusive(
        `${judge.counted('expired')} messages are gone from ${stream}, which may drop messages by itself`,
      );
    }
    const finding = judge.finding({
      passed: passed(acknowledged.length, stream, received, judge),
      failed: () => `${named(judge)} of ${plural(acknowledged.length, 'acknowledged message')}`,
    });
    return lostAt.length === 0 ? finding : { ...finding, overTime: overTime(lostAt) };
  },
};

function placeOf(n: number, surviving: readonly number[]): string {
  if (surviving.length === 0) return 'missingAll';
  if (surviving.every((one) => one > n)) return 'missingAtStart';
  return surviving.every((one) => one < n) ? 'missingAtEnd' : 'missingInMiddle';
}

/** In at most 128 steps, from one of 100 ms on. */
function overTime(times: readonly number[]): object {
  let everyMs = 100;
  while (Math.max(...times) >= 128 * everyMs) everyMs *= 2;
  const counts = Array.from({ length: Math.floor(Math.max(...times) / everyMs) + 1 }, (_, step) => {
    return times.filter((t) => Math.floor(t / everyMs) === step).length;
  });
  return { what: 'lost', everyMs, counts };
}

function whereIs(
  { id }: PublishEvent,
  found: StoredEvent | undefined,
  audit: StreamAuditEvent,
): 'stored' | 'expired' | 'lost' {
  if (found?.id === id) return 'stored';
  return found === undefined && audit.mayExpire ? 'expired' : 'lost';
}

function lost({ seq, id, stream }: PublishEvent, found: StoredEvent | undefined, gone: boolean): Example {
  const instead = found === undefined ? '' : `: it holds ${found.id ?? 'a foreign message'} there`;
  const text = gone
    ? `acknowledged with sequence ${seq}, and stream ${stream} itself is gone`
    : `acknowledged with sequence ${seq} but stream ${stream} does not hold it${instead}`;
  return { stream, id, text, ...(seq === undefined ? {} : { seq }) };
}

/** Every consumer must have delivered it to a workload, and have its acknowledgement. */
function judgeReceipt(event: PublishEvent, receivers: readonly Receiver[], judge: Judge): void {
  for (const receiver of receivers) {
    if (receiver.confirmed.has(event.id)) continue;
    const problem = problemOf(event, receiver);
    // A consumer that delivered nothing at all is already counted as inconclusive.
    if (problem.name === 'undelivered' && receiver.delivered.size === 0) continue;
    const { consumer } = receiver;
    const text = `sequence ${problem.seq ?? '?'} of ${streamOf(consumer)} ${problem.text}`;
    const example = {
      consumer,
      id: event.id,
      text,
      ...(problem.seq === undefined ? {} : { seq: problem.seq }),
    };
    if (problem.open === true) judge.open(problem.name, example);
    else judge.violation(problem.name, example);
  }
}

interface Problem {
  /** What it is counted as. */
  name: 'undelivered' | 'unacknowledged' | 'unconfirmed' | 'outstanding';
  seq: number | undefined;
  text: string;
  /** It cannot be known: an answer is missing, or the consumer could not get it. */
  open?: true;
}

function problemOf({ id, stream, seq: published }: PublishEvent, receiver: Receiver): Problem {
  const { consumer, workloads, delivered, unanswered, audit, hindrance, seqOf } = receiver;
  const seq = seqOf.get(id) ?? (streamOf(consumer) === stream ? published : undefined);
  const readers = workloads.join(' or ');
  if (unanswered.has(id)) {
    const text = `was delivered to ${readers}, and its acknowledgement has no answer`;
    return { name: 'unconfirmed', seq, text, open: true };
  }
  if (!delivered.has(id) && seq !== undefined && audit !== undefined && seq <= audit.ackFloor) {
    const text = `was acknowledged to the server by ${consumer} but never processed`;
    return { name: 'undelivered', seq, text };
  }
  if (hindrance !== undefined) {
    const what = delivered.has(id) ? 'acknowledged' : 'delivered';
    return { name: 'outstanding', seq, text: `was not yet ${what}: ${hindrance}`, open: true };
  }
  if (delivered.has(id)) {
    const text = `was delivered to ${readers} but its acknowledgement never confirmed`;
    return { name: 'unacknowledged', seq, text };
  }
  return { name: 'undelivered', seq, text: `(${id}) was never delivered to ${readers}` };
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
  return ['missing', 'undelivered', 'unacknowledged', 'unconfirmed', 'outstanding']
    .filter((name) => judge.counted(name) > 0)
    .map((name) => `${judge.counted(name)} ${name}${name === 'missing' ? places(judge) : ''}`)
    .join(', ');
}

function places(judge: Judge): string {
  const all: [string, string][] = [
    ['missingAtStart', 'at the start'],
    ['missingInMiddle', 'in the middle'],
    ['missingAtEnd', 'at the end'],
    ['missingAll', 'with all that was acknowledged'],
  ];
  const there = all.filter(([name]) => judge.counted(name) > 0);
  if (there.length === 1) return ` (${there[0]?.[1]})`;
  return ` (${there.map(([name, words]) => `${judge.counted(name)} ${words}`).join(', ')})`;
}

/** A publish without an answer may be stored or not: both are right. */
function countUnanswered(sent: readonly PublishEvent[], ids: ReadonlySet<string | null>, judge: Judge): void {
  for (const { outcome, id } of sent) {
    if (outcome === 'failed') judge.count(ids.has(id) ? 'refusedYetStored' : 'refused');
    if (outcome === 'unknown') judge.count(ids.has(id) ? 'unknownPresent' : 'unknownAbsent');
  }
}

function passed(count: number, stream: string, received: readonly string[], judge: Judge): string {
  const [there, absent] = [judge.counted('unknownPresent'), judge.counted('unknownAbsent')];
  const stored =
    judge.counted('expired') > 0 ? `were in ${stream} until it removed them` : `are in ${stream}`;
  const receipt = received.length === 0 ? '' : `, delivered to and acknowledged by ${received.join(', ')}`;
  const unknown =
    there + absent === 0 ? '' : `; of ${there + absent} without an answer ${there} are there too`;
  return `all ${plural(count, 'acknowledged message')} ${stored}${receipt}${unknown}`;
}
