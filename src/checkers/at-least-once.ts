import type { History } from '../history/history.ts';
import { strictObject, Type, type Static } from '../support/schema.ts';
import type { Checker } from './checker.ts';
import { receivedBy } from './core/received.ts';
import { sentBy, strange, type Sent } from './core/sent.ts';
import { workloadsField } from './fields.ts';
import { at, Cases } from './kv/cases.ts';

const schema = strictObject(
  {
    kind: Type.Literal('at-least-once'),
    published: workloadsField('An mqtt-publish', 'The mqtt-publish workloads whose messages are judged.'),
    received: workloadsField(
      'An mqtt-subscribe',
      'The mqtt-subscribe workloads that are to receive all of these messages, each of them for itself.',
    ),
  },
  'Every acknowledged message of MQTT comes to each subscriber, once or more often.',
);
type Options = Static<typeof schema>;

export const atLeastOnce: Checker<typeof schema> = {
  kind: 'at-least-once',
  summary: 'Every acknowledged message of MQTT comes to each subscriber, once or more often',
  proof:
    'What comes more often is counted, as QoS 1 allows it. What was never acknowledged may come or not. It needs an acknowledged message of each workload that publishes, and one that came to each that subscribes. Without these it is inconclusive.',
  example: '{ kind: at-least-once, published: [mqtt-publish], received: [mqtt-subscribe] }',
  schema,
  check({ history }, { published, received }: Options) {
    const cases = new Cases(published.join(', '));
    const sent = published.map((name) => ({ ...sentBy(history, name), name }));
    for (const { name, ok } of sent) {
      cases.count('acknowledged', ok.size);
      if (ok.size === 0) cases.inconclusive(`${name} has no acknowledged message`);
    }
    for (const name of received) judgeReceiver(history, name, sent, cases);
    const again = cases.counted('again');
    const statement = `all ${cases.counted('acknowledged')} acknowledged messages came to ${received.join(', ')}; ${again} came once more`;
    return cases.finding('at-least-once', [...published, ...received].join(', '), statement);
  },
};

function judgeReceiver(history: History, name: string, sent: readonly Sent[], cases: Cases): void {
  const { numbers, messages, foreign, again } = receivedBy(history, name);
  cases.count('received', messages);
  if (foreign > 0) cases.count('foreign', foreign);
  if (again.length > 0) cases.count('again', again.length);
  if (!sent.some(({ by }) => (numbers.get(by)?.size ?? 0) > 0))
    cases.inconclusive(`${name} received nothing`);
  for (const { name: publisher, by, ok, all, last } of sent) {
    for (const { t, n } of strange(history, name, by, all))
      cases.violation('ofNobody', {
        t,
        text: () => `at ${at(t)} message ${n} of ${publisher} came to ${name}, and was never sent`,
      });
    const own = numbers.get(by);
    const lost = ok.size - (own === undefined ? 0 : ok.sizeWith(own));
    if (lost === 0) continue;
    cases.count('lost', lost);
    const text = () => `${lost} of ${ok.size} acknowledged messages of ${publisher} did not come to ${name}`;
    cases.violation('incomplete', { t: last, text });
  }
}
