import type { HistoryEvent, Outcome, PublishEvent } from '../../src/history/events.ts';
import type { History } from '../../src/history/history.ts';
import { historyOf } from '../../src/history/in-memory.ts';
import type { ProbeSeries } from '../../src/history/record.ts';
import { CONSUMER, digestOf, MIRROR, RUN, SIZE, STREAM, subjectOf } from './history.ts';

/** A small history in words, and what a check must say of it. `p3` is message 3 of the workload `p`. */
export interface HandMade {
  says: string;
  check: { kind: string } & Record<string, unknown>;
  /** How many publishers share the numbers of `p`. */
  publishers?: number;
  /** `p3 ok 7`: message 3 was acknowledged with sequence 7; `p3 failed`, `p3 unknown`; at `10 * n` ms, or at `@25`. */
  published?: string[];
  /** `7 p3`: message 3 is at sequence 7; `7 foreign`; with `subject=qa.z` or `digest=…` it is not as published. */
  stored?: string[];
  mirrored?: string[];
  /** The workload `p` sends requests by HTTP. */
  requests?: true;
  /** What the ledger `l` has found: `p3`, `foreign`, one for each entry; left out: it was not read. */
  kept?: string[];
  /** Why it was not read to its end. */
  keptUntil?: string;
  /** `25 c 7 p3`: at 25 ms `c` got sequence 7, which it acknowledged at 26 ms; `noack`, `unknown`, `times=2`. */
  delivered?: string[];
  stream?: Record<string, unknown>;
  /** Of the consumer of `c` and `c2`. */
  consumer?: Record<string, unknown>;
  drain?: string;
  /** Readings of the ack floor, one a second. */
  floors?: number[];
  verdict: string;
  counts?: Record<string, number>;
  /** Part of it. */
  statement: string;
  /** Their sequences. */
  examples?: (number | null)[];
}

export function historyIn(one: HandMade): History {
  const stored = one.stored ?? [];
  const delivered = (one.delivered ?? []).flatMap(deliveryIn);
  const sends = { subject: 'qa.{x,y}', size: SIZE };
  const publishers = one.publishers === undefined ? {} : { publishers: one.publishers };
  return historyOf(
    [
      ...(one.published ?? []).map(publishIn),
      ...delivered.sort((a, b) => a.t - b.t),
      ...stored.map((text) => storedIn(text, STREAM)),
      ...keptIn(one),
      ...(one.mirrored ?? []).map((text) => storedIn(text, MIRROR)),
      ...audits(
        one,
        stored.map((text) => Number(text.split(' ')[0])),
      ),
    ],
    {
      p: one.requests
        ? { kind: 'http', target: 'POST lb /orders' }
        : { kind: 'publish', target: STREAM, sends, ...publishers },
      l: { kind: 'ledger', target: 'redis keys order:*' },
      c: { kind: 'consume', target: CONSUMER },
      c2: { kind: 'consume', target: CONSUMER },
    },
  );
}

function keptIn({ kept, keptUntil }: HandMade): HistoryEvent[] {
  if (kept === undefined) return [];
  const entries = kept.map((text, at): HistoryEvent => {
    const place = { t: 9000, workload: 'l', consumer: '', seq: at + 1, deliveries: 1 };
    return { type: 'deliver', ...place, id: idOf(text) };
  });
  const foreign = kept.filter((text) => text === 'foreign').length;
  const audit = { complete: keptUntil === undefined, entries: kept.length, foreign };
  const error = keptUntil === undefined ? {} : { error: keptUntil };
  return [...entries, { type: 'ledger-audit', t: 9000, workload: 'l', ...audit, ...error }];
}

export function seriesIn({ floors = [] }: HandMade): ProbeSeries[] {
  const samples = floors.map((value, at) => ({ t: at * 1000, value }));
  return [{ id: 'floor', kind: 'ack-floor', target: CONSUMER, unit: 'sequence', samples }];
}

function idOf(message: string): string | null {
  return message === 'foreign' ? null : `${RUN}/${message[0]}/${message.slice(1)}`;
}

function publishIn(text: string): PublishEvent {
  const [message = '', outcome = '', ...rest] = text.split(' ');
  const n = Number(message.slice(1));
  const seq = rest.find((word) => /^\d+$/.test(word));
  const t = Number(rest.find((word) => word.startsWith('@'))?.slice(1) ?? 10 * n);
  const base = {
    type: 'publish',
    workload: 'p',
    stream: STREAM,
    id: idOf(message) ?? '',
    attempts: 1,
  } as const;
  return {
    ...base,
    n,
    t,
    outcome: outcome as Outcome,
    ...(seq === undefined ? {} : { seq: Number(seq) }),
    latencyMs: 1,
  };
}

function deliveryIn(text: string): Extract<HistoryEvent, { type: 'deliver' | 'ack' }>[] {
  const [t = '', workload = '', seq = '', message = '', ...rest] = text.split(' ');
  const times = Number(rest.find((word) => word.startsWith('times='))?.slice(6) ?? 1);
  const base = { workload, consumer: CONSUMER, seq: Number(seq) };
  const outcome = rest.includes('unknown') ? 'unknown' : 'ok';
  return [
    { type: 'deliver', t: Number(t), ...base, id: idOf(message), deliveries: times },
    ...(rest.includes('noack')
      ? []
      : [{ type: 'ack' as const, t: Number(t) + 1, ...base, outcome } as const]),
  ];
}

function storedIn(text: string, stream: string): HistoryEvent {
  const [seq = '', message = '', ...rest] = text.split(' ');
  const id = idOf(message);
  const said = (name: string): string | undefined =>
    rest.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1);
  const subject = said('subject') ?? (id === null ? 'qa.x' : subjectOf(Number(message.slice(1))));
  const digest = said('digest') ?? digestOf(id ?? 'foreign');
  return { type: 'stored', stream, seq: Number(seq), subject, id, digest };
}

function audits(one: HandMade, sequences: readonly number[]): HistoryEvent[] {
  const last = Math.max(0, ...sequences);
  const base = { complete: true, messages: sequences.length, firstSeq: Math.min(last, ...sequences) };
  const stream = { ...base, lastSeq: last, mayExpire: false, ...one.stream };
  const consumer = { complete: true, ackFloor: last, delivered: last, pending: 0, ackPending: 0 };
  const settings = { filters: [], deliver: 'all' };
  return [
    { type: 'stream-audit', stream: STREAM, ...stream },
    { type: 'stream-audit', stream: MIRROR, ...stream },
    { type: 'consumer-audit', consumer: CONSUMER, ...consumer, settings, ...one.consumer },
    ...(one.drain === undefined
      ? []
      : [
          {
            type: 'consumer-drain',
            t: 1000,
            consumer: CONSUMER,
            outcome: one.drain,
            text: `it was ${one.drain}`,
          } as HistoryEvent,
        ]),
  ];
}
