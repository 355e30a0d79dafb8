import { FOREIGN } from '../history/tables/table.ts';
import { strictObject, Type, type Static } from '../support/schema.ts';
import type { Checker, Example } from './checker.ts';
import type { Evidence } from './evidence/evidence.ts';
import { ExpectedBody } from './evidence/expected-body.ts';
import type { Message } from './evidence/message.ts';
import { streamsField } from './fields.ts';
import { Judge, plural } from './judge.ts';
import { Counted } from './lowest.ts';
import { publishedTo, streamsOf } from './targets.ts';

const schema = strictObject(
  {
    kind: Type.Literal('intact'),
    streams: Type.Optional(
      streamsField(
        'Further streams whose messages must be as they were published, such as mirrors; those that workloads publish to are checked anyway.',
        1,
      ),
    ),
  },
  'Every stored message has the content that was published, and, where it was published to, its subject.',
);
type Options = Static<typeof schema>;

export const intact: Checker<typeof schema> = {
  kind: 'intact',
  summary: 'Stored messages have the content and the subject with which they were published',
  proof:
    'The body of each message follows from its identity and its size, so its digest is computed anew and compared with that of what was read back. Needs the streams read to their end; without a message of this run, or in a run of an earlier version, it is inconclusive.',
  example: '{ kind: intact }',
  schema,
  check(evidence, { streams = [] }: Options) {
    const checked = streamsOf(evidence, streams, []);
    const judge = new Judge('intact', checked.join(', '));
    for (const stream of checked) {
      judge.wholeStream(evidence, stream);
      judgeStream(evidence, stream, judge);
    }
    const judged = judge.counted('judged');
    if (judge.counted('unknownSize') > 0)
      judge.inconclusive(
        `the history does not say how large ${plural(judge.counted('unknownSize'), 'message')} were`,
      );
    else if (judged === 0) judge.inconclusive(nothing(checked));
    const foreign = judge.counted('foreign');
    const others = foreign === 0 ? '' : `; ${foreign} of others are not judged`;
    return judge.finding({
      passed: `${plural(judged, 'stored message')} as published, by subject and digest${others}`,
      failed: (violations) => `${violations} not as published`,
    });
  },
};

function nothing(streams: readonly string[]): string {
  if (streams.length === 0) return 'there is no stream to check';
  return `no message of this run is stored in ${streams.join(', ')}`;
}

/** What the messages of one publisher must be like in a stream. */
interface Expected {
  body: ExpectedBody;
  /** By place among its subjects, the stream's code of that subject; -1 where it has none. */
  codes: Int32Array;
}

function judgeStream(evidence: Evidence, stream: string, judge: Judge): void {
  const { history } = evidence;
  const subjects = new Map(history.subjects(stream).map((subject, code) => [subject, code]));
  const expected = history.publishers.map((name, by): Expected | undefined => {
    const sends = history.workloads[name]?.sends;
    if (sends === undefined) return undefined;
    const body = new ExpectedBody(history, by, sends);
    return { body, codes: Int32Array.from(body.subjects, (subject) => subjects.get(subject) ?? -1) };
  });
  const keepsSubject = history.publishers.map(
    (name) => evidence.targetOf(name) === stream && evidence.streamAudit(stream)?.transforms !== true,
  );
  const content = new Counted<Message & { seq: number }>();
  const moved = new Counted<Message & { seq: number; code: number }>();
  const counts = { judged: 0, foreign: 0, unknownSize: 0 };
  const digest: [number, number] = [0, 0];
  for (const rows of history.stored(stream)) {
    const { seq, by, n, subject, digest_high: high, digest_low: low, length } = rows;
    for (let row = 0; row < length; row += 1) {
      const publisher = by[row] as number;
      const of = publisher === FOREIGN ? undefined : expected[publisher];
      if (of === undefined) {
        const isOfPublisher = history.workloads[history.publishers[publisher] ?? '']?.kind === 'publish';
        counts[isOfPublisher ? 'unknownSize' : 'foreign'] += 1;
        continue;
      }
      counts.judged += 1;
      const number = n[row] as number;
      const at = seq[row] as number;
      const code = subject[row] as number;
      of.body.digestOf(number, digest);
      if (digest[0] !== high[row] || digest[1] !== low[row])
        content.add(at, { seq: at, by: publisher, n: number });
      else if (keepsSubject[publisher] === true && of.codes[(number - 1) % of.codes.length] !== code)
        moved.add(at, { seq: at, by: publisher, n: number, code });
    }
  }
  for (const [name, count] of Object.entries(counts)) judge.countAny(name, count);
  judge.violations('contentDiffers', content, (one) =>
    exampleOf(evidence, stream, one, 'has other content than was published'),
  );
  judge.violations('subjectDiffers', moved, (one) =>
    exampleOf(
      evidence,
      stream,
      one,
      `was published to another subject than ${history.subjects(stream)[one.code]}`,
    ),
  );
  if (publishedTo(evidence).includes(stream)) judgeUnrecognised(evidence, stream, judge);
}

/** Where a message was acknowledged, and something is stored that is no longer known as any message. */
function judgeUnrecognised(evidence: Evidence, stream: string, judge: Judge): void {
  const unrecognised = new Counted<{ seq: number }>();
  for (const { foreign, instead } of evidence.held(stream).astray.values()) {
    for (const [seq, { by }] of instead) if (by === FOREIGN) unrecognised.add(seq, { seq });
    unrecognised.count += foreign - [...instead.values()].filter(({ by }) => by === FOREIGN).length;
  }
  judge.violations('unrecognised', unrecognised, ({ seq }) => ({
    stream,
    seq,
    text: `${stream} holds at sequence ${seq}, which was acknowledged, what is no message of this run`,
  }));
}

function exampleOf(
  { history }: Evidence,
  stream: string,
  { seq, by, n }: Message & { seq: number },
  what: string,
): Example {
  const id = history.identity(by, n) ?? '';
  return { stream, seq, id, text: `sequence ${seq} of ${stream} is ${id}, and ${what}` };
}
