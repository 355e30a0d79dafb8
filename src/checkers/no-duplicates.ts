import { defaulted, strictObject, Type, type Static } from '../support/schema.ts';
import type { Checker } from './checker.ts';
import type { Evidence } from './evidence/evidence.ts';
import { firstSequences } from './evidence/held.ts';
import { receivedField, streamsField } from './fields.ts';
import { splitReceived } from './kept/ledgers.ts';
import { judgeKeptTwice } from './kept/twice.ts';
import { Judge, plural } from './judge.ts';
import { consumersOf, publishedTo, streamsOf } from './targets.ts';

const schema = strictObject(
  {
    kind: Type.Literal('no-duplicates'),
    received: defaulted(
      receivedField(
        'Consume workloads that must not get a message again once it is acknowledged, and ledger workloads that must not find one twice; left out: only what is stored is judged.',
        0,
      ),
      [],
    ),
    streams: Type.Optional(
      streamsField(
        'Further streams that must hold no message twice, such as mirrors; those that workloads publish to or receive from are checked anyway.',
        1,
      ),
    ),
  },
  'No message is stored twice, and none is delivered again after its acknowledgement was confirmed.',
);
type Options = Static<typeof schema>;

export const noDuplicates: Checker<typeof schema> = {
  kind: 'no-duplicates',
  summary: 'No message is stored twice, or delivered again after its confirmed acknowledgement',
  proof:
    'Needs deliveries of every workload that it names, and their streams read to the end. Where a workload received nothing, or a stream could not be read, it is inconclusive.',
  example: '{ kind: no-duplicates, received: [consume] }',
  schema,
  check(evidence, { received: all, streams = [] }: Options) {
    const { consuming: received, ledgers } = splitReceived(evidence.history, all);
    const published = publishedTo(evidence);
    const subject = all.length > 0 ? [...all, ...streams] : [...new Set([...published, ...streams])];
    const judge = new Judge('no-duplicates', subject.join(', '));
    const consumers = consumersOf(evidence, received, judge);
    const checked = streamsOf(evidence, streams, consumers);
    for (const stream of checked) {
      judge.wholeStream(evidence, stream);
      judgeStored(evidence, stream, judge);
    }
    for (const consumer of consumers) judgeDeliveries(evidence, consumer, judge);
    for (const ledger of ledgers) judgeKeptTwice(evidence, ledger, judge);
    // Where nothing was received, what is stored is all that can be judged.
    if (all.length === 0 && judge.counted('stored') === judge.counted('foreign'))
      judge.inconclusive(
        checked.length === 0
          ? 'there is no stream to check'
          : `no message of this run is stored in ${checked.join(', ')}`,
      );
    return judge.finding({
      passed: passed(checked.length > 0, received.length > 0, ledgers, judge),
      failed: (violations) => plural(violations, 'duplicate'),
    });
  },
};

function passed(
  withStreams: boolean,
  withDeliveries: boolean,
  ledgers: readonly string[],
  judge: Judge,
): string {
  const kept =
    ledgers.length === 0
      ? []
      : [`none of ${judge.counted('kept')} entries of ${ledgers.join(', ')} is there twice`];
  const parts = withStreams || ledgers.length === 0 ? [inStreams(withDeliveries, judge), ...kept] : kept;
  return parts.join('; ');
}

function inStreams(withDeliveries: boolean, judge: Judge): string {
  const [stored, delivered, again] = ['stored', 'delivered', 'redelivered'].map((name) =>
    judge.counted(name),
  );
  const foreign =
    judge.counted('foreign') === 0 ? '' : ` (${judge.counted('foreign')} of them of others, and not judged)`;
  const there =
    stored === 0
      ? 'no message is stored any more'
      : `none of ${stored} stored messages is there twice${foreign}`;
  if (!withDeliveries) return there;
  const before = again === 0 ? '' : ` (${again} redelivered before that)`;
  return `${there}, and none of ${delivered} deliveries came after a confirmed acknowledgement${before}`;
}

function judgeStored(evidence: Evidence, stream: string, judge: Judge): void {
  const { history } = evidence;
  const { messages, foreign, storedTwice } = evidence.held(stream);
  judge.count('stored', messages);
  judge.countAny('foreign', foreign);
  const examples = storedTwice.lowest.values;
  const firsts = examples.length === 0 ? [] : firstSequences(history, stream, examples);
  judge.violations('storedTwice', storedTwice, (one) => {
    const { seq, by, n } = one;
    const id = history.identity(by, n) ?? '';
    const text = `${stream} holds ${id} twice, at sequences ${firsts[examples.indexOf(one)]} and ${seq}`;
    return { stream, seq, id, text };
  });
}

function judgeDeliveries(evidence: Evidence, consumer: string, judge: Judge): void {
  const { deliveries, redeliveries, terminated } = evidence.received(consumer);
  judge.countAny('delivered', deliveries);
  judge.violations('redeliveredConfirmed', redeliveries.confirmed, ({ seq, by, n, workload }) => {
    const text = `sequence ${seq} was delivered again to ${workload} after its acknowledgement${terminated > 0 ? ', or its end by `term`,' : ''} was confirmed`;
    const id = evidence.history.identity(by, n);
    return { consumer, seq, text, ...(id === null ? {} : { id }) };
  });
  judge.countAny('redelivered', redeliveries.others);
}
