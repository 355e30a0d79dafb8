import { address, defaulted, strictObject, Type, type Static } from '../support/schema.ts';
import type { PublishEvent, StoredEvent, StreamAuditEvent } from '../history/events.ts';
import type { Checker, Example } from './checker.ts';
import { storedIn, streamOf, targetOf, wholeStream } from './evidence.ts';
import { receivedField } from './fields.ts';
import { Judge, plural } from './judge.ts';
import { receiversOf, type Receiver } from './receiver.ts';

const schema = strictObject(
  {
    kind: Type.Literal('no-loss'),
    published: address('workload', 'The publish workload whose acknowledged messages must all be there.'),
    received: defaulted(
      receivedField(
        'Consume workloads; each must have received every message and had its acknowledgement confirmed.',
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
  schema,
  check(history, { published, received }: Options) {
    const subject = received.length === 0 ? published : `${published} → ${received.join(', ')}`;
    const judge = new Judge('no-loss', subject);
    const sent = history.publishes.filter(({ workload }) => workload === published);
    const acknowledged = sent.filter(({ outcome }) => outcome === 'ok');
    judge.count('published', sent.length);
    judge.count('acknowledged', acknowledged.length);
    if (acknowledged.length === 0) judge.doubt(`${published} has no acknowledged message`);

    const stream = targetOf(history, published) ?? '';
    const audit = wholeStream(history, stream, judge);
    const receivers = receiversOf(history, received, judge);
    const at = new Map(storedIn(history, stream).map((event) => [event.seq, event]));
    for (const event of acknowledged) {
      const where = audit === undefined ? 'unread' : whereIs(event, at.get(event.seq ?? 0), audit);
      if (where === 'lost')
        judge.violation('missing', lost(event, at.get(event.seq ?? 0), audit?.gone === true));
      else judgeReceipt(event, where, receivers, judge);
    }
    countUnanswered(sent, new Set([...at.values()].map(({ id }) => id)), judge);
    if (judge.counted('expired') > 0 && receivers.length === 0) {
      judge.doubt(
        `${judge.counted('expired')} messages are gone from ${stream}, which may drop messages by itself`,
      );
    }
    return judge.finding({
      passed: passed(acknowledged.length, stream, received, judge),
      failed: (violations) =>
        `${plural(violations, 'loss', 'es')} among ${plural(acknowledged.length, 'acknowledged message')}`,
    });
  },
};

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
function judgeReceipt(
  event: PublishEvent,
  where: 'stored' | 'expired' | 'unread',
  receivers: readonly Receiver[],
  judge: Judge,
): void {
  if (where === 'expired') judge.count('expired');
  for (const receiver of receivers) {
    if (receiver.confirmed.has(event.id)) continue;
    const problem = problemOf(event, receiver);
    // That a consumer delivered nothing at all is a doubt, and stands already.
    if (problem.name === 'undelivered' && receiver.delivered.size === 0) continue;
    const { consumer } = receiver;
    const text = `sequence ${problem.seq ?? '?'} of ${streamOf(consumer)} ${problem.text}`;
    judge.violation(problem.name, {
      consumer,
      id: event.id,
      text,
      ...(problem.seq === undefined ? {} : { seq: problem.seq }),
    });
  }
}

function problemOf(
  { id, stream, seq: published }: PublishEvent,
  { consumer, workloads, delivered, audit, seqOf }: Receiver,
): { name: string; seq: number | undefined; text: string } {
  const seq = seqOf.get(id) ?? (streamOf(consumer) === stream ? published : undefined);
  const readers = workloads.join(' or ');
  if (delivered.has(id)) {
    return {
      name: 'unacknowledged',
      seq,
      text: `was delivered to ${readers} but its acknowledgement never confirmed`,
    };
  }
  if (seq !== undefined && audit !== undefined && seq <= audit.ackFloor) {
    return {
      name: 'unprocessed',
      seq,
      text: `was acknowledged to the server by ${consumer} but never processed`,
    };
  }
  return { name: 'undelivered', seq, text: `(${id}) was never delivered to ${readers}` };
}

/** A publish without an answer may be there or not: either is right. */
function countUnanswered(sent: readonly PublishEvent[], ids: ReadonlySet<string | null>, judge: Judge): void {
  for (const { outcome, id } of sent) {
    if (outcome === 'failed') judge.count(ids.has(id) ? 'refusedYetStored' : 'refused');
    if (outcome === 'unknown') judge.count(ids.has(id) ? 'unknownPresent' : 'unknownAbsent');
  }
}

function passed(count: number, stream: string, received: readonly string[], judge: Judge): string {
  const [there, absent] = [judge.counted('unknownPresent'), judge.counted('unknownAbsent')];
  const stored = judge.counted('expired') > 0 ? `were in ${stream} until it let them go` : `are in ${stream}`;
  const receipt = received.length === 0 ? '' : `, delivered to and acknowledged by ${received.join(', ')}`;
  const unknown =
    there + absent === 0 ? '' : `; of ${there + absent} without an answer ${there} are there too`;
  return `all ${plural(count, 'acknowledged message')} ${stored}${receipt}${unknown}`;
}
