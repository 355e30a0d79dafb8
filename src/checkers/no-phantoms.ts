import { sendsMessages } from '../history/operations.ts';
import { FOREIGN } from '../history/tables/table.ts';
import { Bits } from '../support/bits.ts';
import { defaulted, strictObject, Type, type Static } from '../support/schema.ts';
import type { Checker } from './checker.ts';
import type { Evidence } from './evidence/evidence.ts';
import type { ByPublisher, Message } from './evidence/message.ts';
import { receivedField, streamsField } from './fields.ts';
import { Judge, plural } from './judge.ts';
import { splitReceived, wholeLedger } from './kept/ledgers.ts';
import { Counted } from './lowest.ts';
import { consumersOf, publishedTo, streamsOf } from './targets.ts';

const schema = strictObject(
  {
    kind: Type.Literal('no-phantoms'),
    received: defaulted(
      receivedField(
        'Consume workloads that must receive nothing that was not published, and ledger workloads that must find nothing else; left out: only what is stored is judged.',
        0,
      ),
      [],
    ),
    streams: Type.Optional(
      streamsField(
        'Further streams that must hold nothing that was not published, such as mirrors; those that workloads publish to or receive from are checked anyway.',
        1,
      ),
    ),
    foreign: defaulted(
      Type.Boolean({
        description:
          'Whether there may be messages of others. Without them (false), what is no message of this run is a phantom too.',
      }),
      true,
    ),
  },
  'Nothing is stored or delivered that was never published, or whose publish was refused.',
);
type Options = Static<typeof schema>;

export const noPhantoms: Checker<typeof schema> = {
  kind: 'no-phantoms',
  summary: 'Nothing is stored or delivered that was never published, or was refused',
  proof:
    'Needs the streams read to their end, and deliveries of every workload that it names. A publish without an answer may be there or not. Without a stored or delivered message of this run it is inconclusive.',
  example: '{ kind: no-phantoms, received: [consume] }',
  schema,
  check(evidence, { received: all, streams = [], foreign }: Options) {
    const { consuming: received, ledgers } = splitReceived(evidence.history, all);
    const subject =
      all.length > 0 ? [...all, ...streams] : [...new Set([...publishedTo(evidence), ...streams])];
    const judge = new Judge('no-phantoms', subject.join(', '));
    const consumers = consumersOf(evidence, received, judge);
    const checked = streamsOf(evidence, streams, consumers);
    for (const stream of checked) {
      judge.wholeStream(evidence, stream);
      judgeStored(evidence, stream, foreign, judge);
    }
    for (const consumer of consumers) judgeDeliveries(evidence, consumer, foreign, judge);
    for (const ledger of ledgers) judgeLedger(evidence, ledger, foreign, judge);
    const own =
      judge.counted('stored') + judge.counted('delivered') + judge.counted('kept') - judge.counted('foreign');
    if (own === 0)
      judge.inconclusive(
        checked.length === 0
          ? ledgers.length === 0
            ? 'there is no stream to check'
            : `${ledgers.join(', ')} holds nothing of this run`
          : `no message of this run is stored in ${checked.join(', ')}`,
      );
    return judge.finding({
      passed: passed(judge),
      failed: (violations) => plural(violations, 'phantom'),
    });
  },
};

function passed(judge: Judge): string {
  const [stored, delivered, foreign, kept] = ['stored', 'delivered', 'foreign', 'kept'].map((name) =>
    judge.counted(name),
  ) as [number, number, number, number];
  const others = foreign === 0 ? '' : ` (${foreign} of others, and not judged)`;
  const deliveries = delivered === 0 ? '' : ` and ${delivered} deliveries`;
  const messages = `all of ${plural(stored, 'stored message')}${deliveries} were published, and none was refused`;
  // An application may have kept a request that it has refused.
  const entries = `all of ${kept} kept entries were sent`;
  const parts = [...(kept > 0 && stored + delivered === 0 ? [] : [messages]), ...(kept > 0 ? [entries] : [])];
  return `${parts.join('; ')}${others}`;
}

/** Numbers of a publisher that must be nowhere. */
interface Ghosts {
  unpublished: Bits;
  refused: Bits;
}

/** @param seen by publisher, numbers that are there @returns by publisher; undefined where there is none */
function ghostsAmong(evidence: Evidence, seen: ByPublisher): (Ghosts | undefined)[] {
  return evidence.history.publishers.map((name, by) => {
    const numbers = seen[by];
    const kind = evidence.history.workloads[name]?.kind;
    if (numbers === undefined || !sendsMessages(kind)) return undefined;
    const { acknowledged, refused, unanswered } = evidence.sent(name);
    const unpublished = numbers.without(acknowledged, refused, unanswered);
    // An answer with an error does not say that an application has done nothing.
    const refusedYetThere =
      kind === 'http' ? new Bits() : numbers.without(acknowledged, unanswered, unpublished);
    return unpublished.size + refusedYetThere.size === 0
      ? undefined
      : { unpublished, refused: refusedYetThere };
  });
}

type Case = Message & { seq: number };

/** Cases of each kind, in one place or another. */
class Cases {
  readonly unpublished = new Counted<Case>();
  readonly refused = new Counted<Case>();
  readonly foreign = new Counted<Case>();
  readonly #ghosts: readonly (Ghosts | undefined)[];

  constructor(ghosts: readonly (Ghosts | undefined)[]) {
    this.#ghosts = ghosts;
  }

  see(seq: number, by: number, n: number): void {
    if (by === FOREIGN) this.foreign.add(seq, { seq, by, n });
    const ghosts = this.#ghosts[by];
    if (ghosts === undefined) return;
    if (ghosts.unpublished.has(n)) this.unpublished.add(seq, { seq, by, n });
    else if (ghosts.refused.has(n)) this.refused.add(seq, { seq, by, n });
  }
}

function judgeStored(evidence: Evidence, stream: string, mayBeForeign: boolean, judge: Judge): void {
  const { history } = evidence;
  const { messages, foreign, numbers } = evidence.held(stream);
  judge.count('stored', messages);
  const ghosts = ghostsAmong(evidence, numbers);
  if (mayBeForeign) judge.countAny('foreign', foreign);
  if (ghosts.every((one) => one === undefined) && (mayBeForeign || foreign === 0)) return;
  const cases = new Cases(ghosts);
  for (const { seq, by, n, length } of history.stored(stream))
    for (let row = 0; row < length; row += 1)
      cases.see(seq[row] as number, by[row] as number, n[row] as number);
  report(
    evidence,
    cases,
    { mayBeForeign, place: { stream }, verb: 'holds', who: stream, suffix: 'Stored' },
    judge,
  );
}

function judgeDeliveries(evidence: Evidence, consumer: string, mayBeForeign: boolean, judge: Judge): void {
  const { history } = evidence;
  const { deliveries, delivered, confirmed, unanswered } = evidence.received(consumer);
  judge.count('delivered', deliveries);
  const sets = [delivered, confirmed, unanswered].map((one) => ghostsAmong(evidence, one));
  const ghosts = history.publishers.map((_, by) => union(sets.map((one) => one[by])));
  const cases = new Cases(ghosts);
  for (const workload of evidence.readersOf(consumer)) {
    const isDelivery = history.deliveryStatuses(workload).map(({ row }) => row !== 'later');
    for (const { seq, by, n, status, length } of history.deliveries(workload))
      for (let row = 0; row < length; row += 1)
        if (isDelivery[status[row] as number] === true)
          cases.see(seq[row] as number, by[row] as number, n[row] as number);
  }
  if (mayBeForeign) judge.countAny('foreign', cases.foreign.count);
  report(
    evidence,
    cases,
    { mayBeForeign, place: { consumer }, verb: 'delivered', who: consumer, suffix: 'Delivered' },
    judge,
  );
}

function judgeLedger(evidence: Evidence, ledger: string, mayBeForeign: boolean, judge: Judge): void {
  const { history } = evidence;
  const kept = evidence.kept(ledger);
  wholeLedger(kept, judge);
  judge.count('kept', kept.entries);
  const cases = new Cases(ghostsAmong(evidence, kept.numbers));
  for (const { seq, by, n, length } of history.deliveries(ledger))
    for (let row = 0; row < length; row += 1)
      cases.see(seq[row] as number, by[row] as number, n[row] as number);
  if (mayBeForeign) judge.countAny('foreign', kept.foreign);
  report(evidence, cases, { mayBeForeign, place: {}, verb: 'holds', who: ledger, suffix: 'Kept' }, judge);
}

function union(ghosts: readonly (Ghosts | undefined)[]): Ghosts | undefined {
  const there = ghosts.filter((one) => one !== undefined);
  const [first, ...others] = there;
  if (first === undefined || others.length === 0) return first;
  return {
    unpublished: first.unpublished.with(...others.map(({ unpublished }) => unpublished)),
    refused: first.refused.with(...others.map(({ refused }) => refused)),
  };
}

interface Place {
  mayBeForeign: boolean;
  place: { stream?: string; consumer?: string };
  /** `<who> <verb> <message> at sequence <seq>` */
  verb: string;
  who: string;
  /** Of the names under which they are counted. */
  suffix: string;
}

function report(
  { history }: Evidence,
  { unpublished, refused, foreign }: Cases,
  { mayBeForeign, place, verb, who, suffix }: Place,
  judge: Judge,
): void {
  const example = ({ seq, by, n }: Case, what: string) => {
    const id = history.identity(by, n);
    const text = `${who} ${verb} ${id ?? 'a message of others'} at sequence ${seq}${what}`;
    return { ...place, seq, text, ...(id === null ? {} : { id }) };
  };
  judge.violations(`unpublished${suffix}`, unpublished, (one) => example(one, ', which was never published'));
  judge.violations(`refusedYet${suffix}`, refused, (one) =>
    example(one, ', although its publish was refused'),
  );
  if (!mayBeForeign) judge.violations(`foreign${suffix}`, foreign, (one) => example(one, ''));
}
