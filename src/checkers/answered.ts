import type { History } from '../history/history.ts';
import { defaulted, percentage, strictObject, Type, type Static } from '../support/schema.ts';
import type { Checker } from './checker.ts';
import { receivedBy, type Received } from './core/received.ts';
import { workloadsField } from './fields.ts';
import { at, Cases } from './kv/cases.ts';

const schema = strictObject(
  {
    kind: Type.Literal('answered'),
    requested: workloadsField('A request', 'The request workloads whose answers are judged.'),
    replied: defaulted(
      workloadsField(
        'A reply',
        'All reply workloads that answer them: then no request may be handled twice by one of them, and each answer must be of one of them. Left out: only what the answers contain is judged.',
        0,
      ),
      [],
    ),
    atLeast: Type.Optional(
      percentage(
        'The share of requests that must be answered, if only with an error. Left out: any, as core NATS promises none; those without an answer are counted.',
      ),
    ),
  },
  'Every answer is that to its own request, no request is handled twice by one queue group, and enough of them are answered.',
);
type Options = Static<typeof schema>;

export const answered: Checker<typeof schema> = {
  kind: 'answered',
  summary: 'Every answer is the right one, no request is handled twice, and enough are answered',
  proof:
    'Needs an answered request of each workload that it names, and a request that came to each that replies. Without these it is inconclusive.',
  example: '{ kind: answered, requested: [request], replied: [reply] }',
  schema,
  check({ history }, { requested, replied, atLeast }: Options) {
    const cases = new Cases(requested.join(', '));
    const repliers = replied.map((name) => ({ name, received: receivedBy(history, name) }));
    for (const { name, received } of repliers) judgeHandled(history, name, received, cases);
    for (const name of requested) judgeAnswers(history, name, repliers, atLeast, cases);
    return cases.finding('answered', requested.join(', '), passed(cases));
  },
};

function judgeHandled(history: History, name: string, { messages, again }: Received, cases: Cases): void {
  cases.count('handled', messages);
  if (messages === 0) cases.inconclusive(`no request came to ${name}`);
  for (const { t, by, n } of again) {
    const text = () => `at ${at(t)} request ${n} of ${history.publishers[by]} came to ${name} once more`;
    cases.violation('handledTwice', { t, text });
  }
}

function judgeAnswers(
  history: History,
  name: string,
  repliers: readonly { received: Received }[],
  atLeast: number | undefined,
  cases: Cases,
): void {
  const statuses = history.operationStatuses(name);
  const own = history.publishers.indexOf(name);
  let [requests, answers, last] = [0, 0, 0];
  for (const { t, value, status, length } of history.operations(name)) {
    for (let row = 0; row < length; row += 1) {
      const [sentAt, n] = [t[row] ?? 0, value[row] ?? 0];
      const { outcome, reason, found } = statuses[status[row] ?? 0] ?? { outcome: 'unknown' as const };
      requests += 1;
      last = Math.max(last, sentAt);
      const isAnswer = outcome === 'ok' || reason === 'error';
      if (reason === 'error') cases.count('errors');
      else if (reason === 'no-responders') cases.count('nobodyThere');
      else if (!isAnswer) cases.count('unanswered');
      if (!isAnswer) continue;
      answers += 1;
      const violation = (count: string, what: string) =>
        cases.violation(count, {
          t: sentAt,
          text: () => `request ${n} of ${name}, sent at ${at(sentAt)}, ${what}`,
        });
      if (found === 'other') violation('wrongAnswers', 'got an answer that is not its own');
      if (repliers.length > 0 && !repliers.some(({ received }) => received.numbers.get(own)?.has(n) === true))
        violation('answersOfNobody', 'was answered, but came to nobody who replies');
    }
  }
  cases.count('requests', requests);
  cases.count('answers', answers);
  if (answers === 0) cases.inconclusive(`no request of ${name} was answered`);
  if (atLeast === undefined || requests === 0 || answers / requests >= atLeast) return;
  const text = () =>
    `${answers} of ${requests} requests of ${name} (${percent(answers / requests)}) were answered; at least ${percent(atLeast)} were to be`;
  cases.violation('tooFewAnswers', { t: last, text });
}

/** Rounded down, so that what is short of a share never reads like it. */
function percent(share: number): string {
  return `${Math.floor(share * 100_000) / 1000} %`;
}

function passed(cases: Cases): string {
  const [answers, requests, errors, handled] = ['answers', 'requests', 'errors', 'handled'].map((name) =>
    cases.counted(name),
  );
  const withError = errors === 0 ? '' : `, ${errors} of them with an error`;
  const rest = ` (${cases.counted('nobodyThere')} found nobody, ${cases.counted('unanswered')} had no answer in time)`;
  const once = handled === 0 ? '' : `; none of ${handled} that came was handled twice`;
  return `${answers} of ${requests} requests were answered, each with its own answer${withError}${rest}${once}`;
}
