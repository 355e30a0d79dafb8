import { strictObject, Type, type Static } from '../support/schema.ts';
import type { Checker } from './checker.ts';
import { deliveredOften } from './evidence/delivery-counts.ts';
import type { Evidence } from './evidence/evidence.ts';
import { receivedField } from './fields.ts';
import { Judge, plural } from './judge.ts';
import { consumersOf } from './targets.ts';

const schema = strictObject(
  {
    kind: Type.Literal('redelivery-bounded'),
    received: receivedField('Consume workloads whose consumers must not deliver a message too often.', 1),
    max: Type.Integer({
      minimum: 1,
      // The history keeps no higher count.
      maximum: 254,
      description: 'How often one message may be delivered, its first delivery included.',
    }),
  },
  'No message is delivered more than so many times, and none again once its acknowledgement was confirmed.',
);
type Options = Static<typeof schema>;

export const redeliveryBounded: Checker<typeof schema> = {
  kind: 'redelivery-bounded',
  summary: 'No message is delivered too often, or again once its acknowledgement was confirmed',
  proof:
    'Counts the deliveries of each message, and takes the count of the server where that is higher, as it includes those that never came. Needs deliveries of every workload that it names; without any it is inconclusive.',
  example: '{ kind: redelivery-bounded, received: [consume], max: 3 }',
  schema,
  check(evidence, { received, max }: Options) {
    const judge = new Judge('redelivery-bounded', `${received.join(', ')} (max ${max})`);
    let most = 1;
    for (const consumer of consumersOf(evidence, received, judge))
      most = Math.max(most, judgeConsumer(evidence, consumer, max, judge));
    const again = judge.counted('redelivered');
    return judge.finding({
      passed: `none of ${plural(judge.counted('messages'), 'message')} was delivered more than ${most === 1 ? 'once' : `${most} times`}${again === 0 ? '' : `; ${again} redelivered, none of them after a confirmed acknowledgement`}`,
      failed: (violations) => `${violations} too often`,
    });
  },
};

/** @returns how often the message was delivered that was delivered most often */
function judgeConsumer(evidence: Evidence, consumer: string, max: number, judge: Judge): number {
  const { history } = evidence;
  const { deliveries, sequences, repeated, redeliveries } = evidence.received(consumer);
  const idOf = (by: number, n: number): { id?: string } => {
    const id = history.identity(by, n);
    return id === null ? {} : { id };
  };
  judge.count('delivered', deliveries);
  judge.count('messages', sequences.size);
  const readers = evidence.readersOf(consumer);
  const { often, highest } = deliveredOften(history, readers, repeated, max);
  judge.violations('tooOften', often, ({ seq, by, n, times }) => {
    const text = `sequence ${seq} was delivered ${times} times by ${consumer}; at most ${max} are allowed`;
    return { consumer, seq, text, ...idOf(by, n) };
  });
  judge.violations('redeliveredConfirmed', redeliveries.confirmed, ({ seq, by, n, workload }) => {
    const text = `sequence ${seq} was delivered again to ${workload} after its acknowledgement was confirmed`;
    return { consumer, seq, text, ...idOf(by, n) };
  });
  judge.countAny('redelivered', redeliveries.others + redeliveries.confirmed.count);
  return highest;
}
