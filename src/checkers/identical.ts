import { strictObject, Type, type Static } from '../support/schema.ts';
import type { StreamAuditEvent } from '../history/events.ts';
import type { History } from '../history/history.ts';
import type { Checker } from './checker.ts';
import type { Evidence } from './evidence/evidence.ts';
import type { Message } from './evidence/message.ts';
import { StoredCursor } from './evidence/stored-cursor.ts';
import { replicasField, streamsField } from './fields.ts';
import { Judge, plural } from './judge.ts';
import { Counted } from './lowest.ts';

const schema = strictObject(
  {
    kind: Type.Literal('identical'),
    streams: streamsField(
      'A stream and its mirrors; the first is what the others are compared with. With `replicas`, one is enough.',
      1,
    ),
    replicas: Type.Optional(replicasField),
  },
  'Streams hold the same messages: sequence, subject, content, headers and time, one by one.',
);
type Options = Static<typeof schema>;

export const identical: Checker<typeof schema> = {
  kind: 'identical',
  summary: 'A mirror, or each replica, holds what its origin holds: every message, alike in all',
  proof:
    'Needs every stream that it names read to the end, and with `replicas: each` every replica of these too, each while its node leads. A replica that cannot lead fails where it stays behind for 45 s although its leader calls it current, while its own server answers; where one could not be read for another reason, or all of them are empty, it is inconclusive.',
  example: '{ kind: identical, streams: [qa1a/qa, qa1b/qa_mirror_qa1a] }',
  schema,
  check(evidence, { streams: named, replicas }: Options) {
    const judge = new Judge(
      'identical',
      `${named.join(' = ')}${replicas === undefined ? '' : ', each replica'}`,
    );
    const streams = replicas === undefined ? named : withReplicas(evidence, named, judge);
    const sides = streams.map((stream): Side => {
      const audit = judge.wholeStream(evidence, stream);
      return {
        stream,
        audit,
        behind: evidence.streamAudit(stream)?.behind ?? Infinity,
        held: evidence.held(stream).messages,
        removedUpTo: evidence.removedUpTo(stream),
      };
    });
    for (const { stream, held } of sides) judge.count(stream, held);
    const allEmpty = sides.every(({ held }) => held === 0);
    if (allEmpty) judge.inconclusive('all of them are empty');
    const [reference, ...others] = sides as [Side, ...Side[]];
    for (const other of others) {
      if (isReplica(other)) compareEnds(sides, other, judge);
      const before = judge.counted('compared');
      compare(evidence.history, reference, other, judge);
      // What both hold may lie before the first that one of them still has.
      const areRead = reference.audit !== undefined && other.audit !== undefined;
      if (areRead && judge.counted('compared') === before && !allEmpty)
        judge.inconclusive(`${reference.stream} and ${other.stream} hold no sequence in common`);
    }
    return judge.finding({
      passed: `${plural(Math.round(judge.counted('compared') / others.length), 'message')} alike in sequence, subject, content, headers and time in ${streams.join(' and ')}`,
      failed: (violations) => plural(violations, 'difference'),
    });
  },
};

interface Side {
  stream: string;
  /** Undefined when it was not read to its end: then a missing message proves nothing. */
  audit: StreamAuditEvent | undefined;
  /** It was not read, and is known to hold nothing after this sequence; Infinity: nothing is known. */
  behind: number;
  /** How many messages it holds. */
  held: number;
  /** An action has removed its messages up to this sequence. */
  removedUpTo: number;
}

/** The streams, each before its replicas. */
function withReplicas(evidence: Evidence, streams: readonly string[], judge: Judge): string[] {
  return streams.flatMap((stream) => {
    const replicas = evidence.replicasOf(stream);
    if (replicas.length < 2)
      judge.inconclusive(
        replicas.length === 0
          ? `no replica of ${stream} was read by itself`
          : `${stream} has one replica, which nothing can be compared with`,
      );
    return [stream, ...replicas];
  });
}

function isReplica({ stream }: Side): boolean {
  return stream.includes('@');
}

/** A replica begins and ends where its stream does, even where that is empty. */
function compareEnds(sides: readonly Side[], replica: Side, judge: Judge): void {
  const [name] = replica.stream.split('@');
  const whole = sides.find(({ stream }) => stream === name)?.audit;
  const { audit } = replica;
  if (whole === undefined || audit === undefined) return;
  for (const end of ['firstSeq', 'lastSeq'] as const) {
    if (whole[end] === audit[end]) continue;
    const text = `the ${end === 'firstSeq' ? 'first' : 'last'} sequence of ${replica.stream} is ${audit[end]}, and ${whole[end]} where ${name} was read first`;
    const differs = new Counted<{ seq: number }>();
    differs.add(audit[end], { seq: audit[end] });
    judge.violations(`${end}Differs`, differs, ({ seq }) => ({ stream: replica.stream, seq, text }));
  }
}

/** Walks both in step, by sequence. */
function compare(history: History, a: Side, b: Side, judge: Judge): void {
  const from = firstComparable(a, b);
  const [left, right] = [
    new StoredCursor(history, a.stream, from),
    new StoredCursor(history, b.stream, from),
  ];
  const missing = new Counted<Absent>();
  const leftBehind = new Counted<Absent>();
  const subjectDiffers = new Counted<{ seq: number; subjects: [string, string] }>();
  const contentDiffers = new Counted<{ seq: number }>();
  const headersDiffer = new Counted<{ seq: number }>();
  const timeDiffers = new Counted<{ seq: number }>();
  const absent = (of: StoredCursor, from: Side): void => {
    if (from.audit !== undefined)
      missing.add(of.seq, { seq: of.seq, by: of.by, n: of.n, in: of.stream, from: from.stream });
    else if (of.seq > from.behind)
      leftBehind.add(of.seq, { seq: of.seq, by: of.by, n: of.n, in: of.stream, from: from.stream });
    of.next();
  };
  let compared = 0;
  while (left.seq < Infinity || right.seq < Infinity) {
    if (left.seq < right.seq) absent(left, b);
    else if (right.seq < left.seq) absent(right, a);
    else {
      compared += left.skipAlike(right);
      const { seq } = right;
      if (left.seq !== seq || seq === Infinity) continue;
      compared += 1;
      if (left.subject !== right.subject)
        subjectDiffers.add(seq, { seq, subjects: [left.subject, right.subject] });
      else if (!left.hasContentOf(right)) contentDiffers.add(seq, { seq });
      else if (!left.hasHeadersOf(right)) headersDiffer.add(seq, { seq });
      else if (!left.hasTimeOf(right)) timeDiffers.add(seq, { seq });
      left.next();
      right.next();
    }
  }
  judge.countAny('compared', compared);
  const counting = [a, b].filter(({ audit }) => audit?.withheld !== undefined).map(({ stream }) => stream);
  judge.violations('missing', missing, ({ seq, by, n, in: stream, from: lacking }) => {
    const what = counting.includes(lacking) ? 'counts and does not give out' : 'does not hold';
    const text = `${stream} holds sequence ${seq}, which ${lacking} ${what}`;
    const id = history.identity(by, n);
    return { stream: lacking, seq, text, ...(id === null ? {} : { id }) };
  });
  judge.violations('leftBehind', leftBehind, ({ seq, by, n, in: stream, from: lacking }) => {
    const text = `${stream} holds sequence ${seq}, and ${lacking}, which its leader calls current, stays at ${b.behind}`;
    const id = history.identity(by, n);
    return { stream: lacking, seq, text, ...(id === null ? {} : { id }) };
  });
  const { stream } = b;
  judge.violations('subjectDiffers', subjectDiffers, ({ seq, subjects: [here, there] }) => {
    return {
      stream,
      seq,
      text: `sequence ${seq} has subject ${here} in ${a.stream} and ${there} in ${stream}`,
    };
  });
  for (const [name, what, differ] of [
    ['contentDiffers', 'other content', contentDiffers],
    ['headersDiffer', 'other headers', headersDiffer],
    ['timeDiffers', 'another time', timeDiffers],
  ] as const)
    judge.violations(name, differ, ({ seq }) => {
      return { stream, seq, text: `sequence ${seq} has ${what} in ${stream} than in ${a.stream}` };
    });
}

interface Absent extends Message {
  seq: number;
  in: string;
  from: string;
}

/**
 * Streams that may drop their oldest messages are compared from the first sequence that both can still hold, and one whose
 * messages an action has removed from the next one on.
 */
function firstComparable(a: Side, b: Side): number {
  const firsts = [a, b].map(({ audit, removedUpTo }) =>
    Math.max(audit?.mayExpire === true ? audit.firstSeq : 0, removedUpTo === 0 ? 0 : removedUpTo + 1),
  );
  return Math.max(...firsts);
}
