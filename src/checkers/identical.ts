import { strictObject, Type, type Static } from '../support/schema.ts';
import type { StoredEvent, StreamAuditEvent } from '../history/events.ts';
import type { Checker } from './checker.ts';
import { storedIn, wholeStream } from './evidence.ts';
import { streamsField } from './fields.ts';
import { Judge, plural } from './judge.ts';

const schema = strictObject(
  {
    kind: Type.Literal('identical'),
    streams: streamsField('A stream and its mirrors; the first is what the others are compared with.', 2),
  },
  'Streams hold the same messages: sequence, subject and content, one by one.',
);
type Options = Static<typeof schema>;

export const identical: Checker<typeof schema> = {
  kind: 'identical',
  summary: 'A mirror holds what its origin holds: sequence, subject and content, one by one',
  schema,
  check(history, { streams }: Options) {
    const judge = new Judge('identical', streams.join(' = '));
    const [reference = '', ...others] = streams;
    const whole = new Map(streams.map((stream) => [stream, wholeStream(history, stream, judge)]));
    const held = new Map(streams.map((stream) => [stream, storedIn(history, stream)]));
    for (const stream of streams) judge.count(stream, held.get(stream)?.length ?? 0);
    if ([...held.values()].every((events) => events.length === 0)) judge.doubt('all of them are empty');
    for (const other of others) {
      const [a, b] = [reference, other].map((stream) => ({
        stream,
        audit: whole.get(stream),
        stored: held.get(stream) ?? [],
      }));
      if (a !== undefined && b !== undefined) compare(a, b, judge);
    }
    return judge.finding({
      passed: `${plural(held.get(reference)?.length ?? 0, 'message')} alike in sequence, subject and content in ${streams.join(' and ')}`,
      failed: (violations) => plural(violations, 'difference'),
    });
  },
};

interface Side {
  stream: string;
  /** Undefined when it was not read to its end: then nothing follows from what is absent. */
  audit: StreamAuditEvent | undefined;
  stored: readonly StoredEvent[];
}

/** Walks both in step, by sequence. */
function compare(a: Side, b: Side, judge: Judge): void {
  const from = firstComparable(a, b);
  const [x, y] = [a, b].map(({ stored }) => stored.filter(({ seq }) => seq >= from));
  for (let i = 0, j = 0; ;) {
    const [left, right] = [x?.[i], y?.[j]];
    if (left === undefined && right === undefined) return;
    if (right === undefined || (left !== undefined && left.seq < right.seq)) {
      if (left !== undefined) absent(left, b, judge);
      i += 1;
    } else if (left === undefined || right.seq < left.seq) {
      absent(right, a, judge);
      j += 1;
    } else {
      judgePair(left, right, judge);
      i += 1;
      j += 1;
    }
  }
}

/** A stream that drops its oldest messages by itself is compared from where both still have theirs. */
function firstComparable(a: Side, b: Side): number {
  const firsts = [a, b].map(({ audit }) => (audit?.mayExpire === true ? audit.firstSeq : 0));
  return Math.max(...firsts);
}

function absent({ seq, stream, id }: StoredEvent, from: Side, judge: Judge): void {
  if (from.audit === undefined) return;
  const text = `${stream} holds sequence ${seq}, which ${from.stream} does not hold`;
  judge.violation('missing', { stream: from.stream, seq, text, ...(id === null ? {} : { id }) });
}

function judgePair(left: StoredEvent, right: StoredEvent, judge: Judge): void {
  const { seq, stream } = right;
  if (left.subject !== right.subject) {
    const text = `sequence ${seq} has subject ${left.subject} in ${left.stream} and ${right.subject} in ${stream}`;
    judge.violation('subjectDiffers', { stream, seq, text });
  } else if (left.digest !== right.digest) {
    const text = `sequence ${seq} has other content in ${stream} than in ${left.stream}`;
    judge.violation('contentDiffers', { stream, seq, text });
  }
}
