import { strictObject, Type, type Static } from '../support/schema.ts';
import type { Checker, Example } from './checker.ts';
import type { DeliveryOrder } from './evidence/delivery-order.ts';
import type { Evidence } from './evidence/evidence.ts';
import type { Overtaken } from './evidence/publishing-order.ts';
import type { Sent } from './evidence/sent.ts';
import { streamOf } from '../support/stream-of.ts';
import { receivedField } from './fields.ts';
import { Judge, plural } from './judge.ts';
import { howMuch, kindsLeftOut, leaveOut, type LeftOut } from './left-out.ts';

const ORDERS = ['stream', 'publisher', 'subject'] as const;
type By = (typeof ORDERS)[number];
const BY_DEFAULT: By[] = ['stream', 'publisher'];

const schema = strictObject(
  {
    kind: Type.Literal('ordered'),
    received: receivedField('Consume workloads whose first deliveries must be in order.', 1),
    by: Type.Optional(
      Type.Unsafe<By[]>({
        type: 'array',
        items: { enum: [...ORDERS], description: 'An order.' },
        minItems: 1,
        uniqueItems: true,
        description:
          'Which orders must be kept: stream (all first deliveries follow the sequence), publisher (the messages of each publisher are stored and delivered in the order of publishing), subject (the first deliveries of each subject follow the sequence). Left out: stream and publisher.',
      }),
    ),
  },
  'First deliveries follow the stream sequence, and the messages of each publisher the order of publishing.',
);
type Options = Static<typeof schema>;

export const ordered: Checker<typeof schema> = {
  kind: 'ordered',
  summary: 'First deliveries follow stream sequence, and per publisher the order of publishing',
  proof:
    'Needs first deliveries of every workload that it names, and their streams read to the end; messages that were sent again or over a lost connection, and deliveries that stand for one that never arrived, are left out and counted. Where a workload received nothing, it is inconclusive.',
  example: '{ kind: ordered, received: [consume] }',
  schema,
  check(evidence, { received, by = BY_DEFAULT }: Options) {
    const judge = new Judge('ordered', received.join(', '));
    const orders = received.map((workload) => orderOf(evidence, workload));
    for (const order of orders) judgeDeliveries(evidence, order, by, judge);
    const left = by.includes('publisher') ? judgePublishing(evidence, orders, judge) : NONE_LEFT_OUT;
    const kinds = kindsLeftOut(judge);
    const rest = kinds === '' ? '' : `; left out: ${kinds}`;
    return judge.finding({
      passed: `${howMuch(left)}${judge.counted('firstDeliveries')} first deliveries follow ${followed(by, left)}${rest}`,
      failed: (violations) => `${howMuch(left)}${violations} out of order`,
    });
  },
};

const NONE_LEFT_OUT: LeftOut = { acknowledged: 0, judged: 0 };

function followed(by: readonly By[], { acknowledged }: LeftOut): string {
  const words = {
    stream: 'stream sequence',
    subject: 'the sequences of each subject',
    publisher: acknowledged === 0 ? '' : 'the order of publishing',
  };
  const none =
    by.includes('publisher') && acknowledged === 0
      ? ', and no message of a publisher of this run is among them'
      : '';
  const kept = ORDERS.filter((one) => by.includes(one)).map((one) => words[one]);
  return `${kept.filter((one) => one !== '').join(' and ') || 'no order of publishing'}${none}`;
}

/** What is stored, by the order of publishing; and how much of what was published has a place in it. */
function judgePublishing(evidence: Evidence, orders: readonly Order[], judge: Judge): LeftOut {
  const streams = [
    ...new Set(orders.flatMap(({ consumer }) => (consumer === undefined ? [] : [streamOf(consumer)]))),
  ];
  const left = leaveOut(publishersOf(evidence, orders, streams), judge);
  for (const stream of streams) {
    judge.wholeStream(evidence, stream);
    const { overtaken } = evidence.held(stream);
    judge.violations('againstPublishing', overtaken, (one) => ({
      stream,
      ...example(evidence, one, `in ${stream}`),
    }));
  }
  if (left.acknowledged > 0 && left.judged === 0)
    judge.inconclusive(
      `none of ${plural(left.acknowledged, 'acknowledged message')} has a place in the order (${kindsLeftOut(judge)})`,
    );
  return left;
}

interface Order {
  workload: string;
  consumer: string | undefined;
  /** Undefined where it has no target. */
  order: DeliveryOrder | undefined;
}

function orderOf(evidence: Evidence, workload: string): Order {
  const consumer = evidence.targetOf(workload);
  const order = consumer === undefined ? undefined : evidence.received(consumer).orders.get(workload);
  return { workload, consumer, order };
}

/** What was published by all whose messages are in the judged streams, or were delivered from them. */
function publishersOf(evidence: Evidence, orders: readonly Order[], streams: readonly string[]): Sent[] {
  const stored = streams.map((stream) => evidence.held(stream).numbers);
  return evidence.history.publishers
    .filter(
      (_, by) =>
        stored.some((numbers) => numbers[by] !== undefined) ||
        orders.some(({ order }) => order?.publishers[by] === 1),
    )
    .map((workload) => evidence.sent(workload));
}

function judgeDeliveries(
  evidence: Evidence,
  { workload, consumer = '', order }: Order,
  by: readonly By[],
  judge: Judge,
): void {
  const first = order?.first ?? 0;
  const members = evidence.history.workloads[workload]?.members ?? 1;
  if (members > 1) {
    judge.inconclusive(`${workload} has ${members} members, and the server promises no order among them`);
    return;
  }
  judge.count('firstDeliveries', first);
  judge.countAny('resent', order?.resent ?? 0);
  if (order === undefined || order.deliveries === 0) judge.inconclusive(`${workload} received nothing`);
  else if (first === 0) judge.inconclusive(`${workload} received nothing for the first time`);
  // A single message has no order.
  else if (first === 1) judge.inconclusive(`${workload} received one message, which has no order`);
  if (order === undefined) return;
  if (by.includes('stream'))
    judge.violations('againstSequence', order.againstSequence, ({ seq, after }) => {
      return { consumer, seq, text: `sequence ${seq} was delivered to ${workload} after ${after}` };
    });
  if (by.includes('publisher'))
    judge.violations('againstPublishing', order.overtaken, (one) => ({
      consumer,
      ...example(evidence, one, `to ${workload}`),
    }));
  if (!by.includes('subject')) return;
  if (first > 1 && order.withSubject === 0)
    judge.inconclusive(`nobody knows the subjects of what ${workload} received`);
  judge.violations('againstSubject', order.againstSubject, ({ seq, after, subject }) => {
    return {
      consumer,
      seq,
      text: `sequence ${seq} of ${subject} was delivered to ${workload} after ${after}`,
    };
  });
}

function example({ history }: Evidence, { seq, by, n, after }: Overtaken, where: string): Example {
  const id = history.identity(by, n);
  const text = `sequence ${seq} ${where} is message ${n} of ${history.publishers[by]}, after its message ${after}`;
  return { seq, text, ...(id === null ? {} : { id }) };
}
