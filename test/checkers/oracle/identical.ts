import { strictObject, Type, type Static } from '../../../src/support/schema.ts';
import type { StoredEvent, StreamAuditEvent } from '../../../src/history/events.ts';
import type { Checker } from './checker.ts';
import { storedIn, wholeStream } from './evidence.ts';
import { streamsField } from '../../../src/checkers/fields.ts';
import { Judge, plural } from './judge.ts';

const schema = strictObject(
  {
    kind: Type.Literal('identical'),
    streams: streamsField('A stream and its mirrors; the first is what the others are compared with.', 2),
  },
  'Streams hold the same messages: sequence, subject, content, headers and time, one by one.',
);
type Options = Static<typeof schema>;

export const identical: Checker<typeof schema> = {
  kind: 'identical',
  summary: 'A mirror, or each replica, holds what its origin holds: every message, alike in all',
  proof:
    'Needs every stream that it names read to the end. Where one could not be read, or all of them are empty, it is inconclusive.',
  example: '{ kind: identical, streams: [qa1a/qa, qa1b/qa_mirror_qa1a] }',
  schema,
  check(history, { streams }: Options) {
    const judge = new Judge('identical', streams.join(' = '));
    const [reference = '', ...others] = streams;
    const whole = new Map(streams.map((stream) => [stream, wholeStream(history, stream, judge)]));
    const held = new Map(streams.map((stream) => [stream, storedIn(history, stream)]));
    for (const stream of streams) judge.count(stream, held.get(stream)?.length ?? 0);
    const allEmpty = [...held.values()].every((events) => events.length === 0);
    if (allEmpty) judge.inconclusive('all of them are empty');
    for (const other of others) {
      const [a, b] = [reference, other].map((stream) => ({
        stream,
        audit: whole.get(stream),
        stored: held.get(stream) ?? [],
      }));
      if (a === undefined || b === undefined) continue;
      const before = judge.counted('compared');
      compare(a, b, judge);
      // What both hold may lie before the first that one of them still has.
      const areRead = a.audit !== undefined && b.audit !== undefined;
      if (areRead && judge.counted('compared') === before && !allEmpty)
        judge.inconclusive(`${reference} and ${other} hold no sequence in common`);
    }
    return judge.finding({
      passed: `${plural(judge.counted('compared') / others.length, 'message')} alike in sequence, subject, content, headers and time in ${streams.join(' and ')}`,
      failed: (violations) => plural(violations, 'difference'),
    });
  },
};

interface Side {
  stream: string;
  /** Undefined when it was not read to its end: then a missing message proves nothing. */
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

/** Streams that may drop their oldest messages are compared from the first sequence that both can still hold. */
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
  judge.count('compared');
  if (left.subject !== right.subject) {
    const text = `sequence ${seq} has subject ${left.subject} in ${left.stream} and ${right.subject} in ${stream}`;
    judge.violation('subjectDiffers', { stream, seq, text });
  } else if (left.digest !== right.digest) {
    const text = `sequence ${seq} has other content in ${stream} than in ${left.stream}`;
    judge.violation('contentDiffers', { stream, seq, text });
  }
}
