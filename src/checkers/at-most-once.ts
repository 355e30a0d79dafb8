import type { History } from '../history/history.ts';
import { percentage, strictObject, Type, type Static } from '../support/schema.ts';
import type { Checker } from './checker.ts';
import { receivedBy } from './core/received.ts';
import { sentBy, strange, type Sent } from './core/sent.ts';
import { workloadsField } from './fields.ts';
import { at, Cases } from './kv/cases.ts';

const schema = strictObject(
  {
    kind: Type.Literal('at-most-once'),
    published: workloadsField('A core-publish', 'The core-publish workloads whose messages are judged.'),
    received: workloadsField(
      'A core-subscribe',
      'The core-subscribe workloads that are to receive all of these messages, each of them for itself.',
    ),
    maxLoss: Type.Optional(
      percentage(
        'The share of messages that may not come to a workload. Left out: any, as core NATS promises none; they are counted.',
      ),
    ),
  },
  'No message of core NATS comes twice to a subscriber, or to the members of a queue group together, and not too many are lost.',
);
type Options = Static<typeof schema>;

export const atMostOnce: Checker<typeof schema> = {
  kind: 'at-most-once',
  summary: 'No message of core NATS comes twice, and not more are lost than may be',
  proof:
    'What does not come is counted, and fails only with `maxLoss`. It needs a message that was sent by each workload that publishes, and one that came to each that subscribes. Without these it is inconclusive.',
  example: '{ kind: at-most-once, published: [core-publish], received: [core-subscribe], maxLoss: 5% }',
  schema,
  check({ history }, { published, received, maxLoss }: Options) {
    const cases = new Cases(published.join(', '));
    const sent = published.map((name) => sentBy(history, name));
    for (const { name, ok } of sent) {
      cases.count('sent', ok.size);
      if (ok.size === 0) cases.inconclusive(`${name} sent nothing`);
    }
    const losses = received.map((name) => judgeReceiver(history, name, sent, maxLoss, cases));
    const total = cases.counted('sent');
    const words = losses.map(
      ({ name, lost }) => `${lost} (${percent(lost / Math.max(1, total))}) to ${name}`,
    );
    const statement = `of ${total} messages none came twice; not come are ${words.join(', ')}`;
    return cases.finding('at-most-once', [...published, ...received].join(', '), statement);
  },
};

function judgeReceiver(
  history: History,
  name: string,
  sent: readonly Sent[],
  maxLoss: number | undefined,
  cases: Cases,
): { name: string; lost: number } {
  const { numbers, messages, foreign, again } = receivedBy(history, name);
  cases.count('received', messages);
  if (foreign > 0) cases.count('foreign', foreign);
  if (!sent.some(({ by }) => (numbers.get(by)?.size ?? 0) > 0))
    cases.inconclusive(`${name} received nothing`);
  for (const { t, by, n } of again) {
    const text = () => `at ${at(t)} message ${n} of ${history.publishers[by]} came to ${name} once more`;
    cases.violation('twice', { t, text });
  }
  let lost = 0;
  for (const { name: publisher, by, ok, all, last } of sent) {
    const own = numbers.get(by);
    for (const { t, n } of strange(history, name, by, all))
      cases.violation('ofNobody', {
        t,
        text: () => `at ${at(t)} message ${n} of ${publisher} came to ${name}, and was never sent`,
      });
    const gone = ok.size - (own === undefined ? 0 : ok.sizeWith(own));
    lost += gone;
    const share = ok.size === 0 ? 0 : gone / ok.size;
    if (maxLoss === undefined || ok.size === 0 || share <= maxLoss) continue;
    const text = () =>
      `${gone} of ${ok.size} messages of ${publisher} (${percent(share)}) did not come to ${name}; at most ${percent(maxLoss)} may not`;
    cases.violation('tooManyLost', { t: last, text });
  }
  cases.count('lost', lost);
  return { name, lost };
}

/** Rounded up, so that what is over a share never reads like it. */
function percent(share: number): string {
  return `${Math.ceil(share * 100_000) / 1000} %`;
}
