import fc from 'fast-check';
import { DRAIN_OUTCOMES, type AckEvent, type HistoryEvent } from '../../src/history/events.ts';
import { CONSUMER, MIRROR, MIRROR_CONSUMER, RUN, STREAM, Timeline, WORKLOADS } from './history.ts';

export const FACTS = { ...WORKLOADS, c2: { kind: 'consume', target: CONSUMER } };

export interface Spoil {
  what: string;
  seq: number;
  other: number;
  flag: boolean;
}

/** Each spoils one thing of a run; `seq` and `other` may be sequences that are not there. */
const SPOILS: Record<string, (timeline: Timeline, spoil: Spoil) => void> = {
  lose: (timeline, { seq, other, flag }) => {
    const stream = flag ? STREAM : MIRROR;
    timeline.drop(
      'stored',
      (event) => event.stream === stream && event.seq >= seq && event.seq <= Math.min(other, seq + 25),
    );
  },
  loseAll: (timeline, { flag }) =>
    timeline.drop('stored', ({ stream }) => stream === (flag ? STREAM : MIRROR)),
  swapStored: (timeline, { seq, other, flag }) => {
    const [a, b] = [storedAt(timeline, flag, seq), storedAt(timeline, flag, other)];
    if (a && b) [a.id, b.id] = [b.id, a.id];
  },
  repeatStored: (timeline, { seq, flag }) => {
    const copy = storedAt(timeline, flag, seq);
    const all = timeline.stored.filter(({ stream }) => stream === (flag ? STREAM : MIRROR));
    if (copy) timeline.stored.push({ ...copy, seq: Math.max(...all.map((event) => event.seq)) + 1 });
  },
  foreignStored: (timeline, { seq, flag }) => change(storedAt(timeline, flag, seq), { id: null }),
  unknownStored: (timeline, { seq, flag }) => change(storedAt(timeline, flag, seq), { id: `${RUN}/p1/999` }),
  subject: (timeline, { seq, flag }) => change(storedAt(timeline, flag, seq), { subject: 'qa.z' }),
  digest: (timeline, { seq, flag }) => change(storedAt(timeline, flag, seq), { digest: 'other' }),
  undelivered: (timeline, { seq, other, flag }) => {
    const pick = ({ consumer, seq: at }: { consumer: string; seq: number }): boolean =>
      consumer === (flag ? CONSUMER : MIRROR_CONSUMER) && at >= seq && at <= other;
    timeline.drop('deliveries', pick);
    timeline.drop('acks', pick);
  },
  nothingDelivered: (timeline, { flag }) => {
    const pick = ({ consumer }: { consumer: string }): boolean =>
      consumer === (flag ? CONSUMER : MIRROR_CONSUMER);
    timeline.drop('deliveries', pick);
    timeline.drop('acks', pick);
  },
  unacknowledged: (timeline, { seq, flag }) =>
    timeline.drop(
      'acks',
      (event) => event.seq === seq && event.consumer === (flag ? CONSUMER : MIRROR_CONSUMER),
    ),
  ackUnknown: (timeline, { seq, flag }) => change(ackOf(timeline, seq, flag), { outcome: 'unknown' }),
  ackFailed: (timeline, { seq, flag }) => change(ackOf(timeline, seq, flag), { outcome: 'failed' }),
  again: (timeline, { seq, other, flag }) => {
    const first = timeline.deliveries.find((event) => event.consumer === CONSUMER && event.seq === seq);
    if (!first) return;
    const t = first.t + (flag ? 0.25 : 5) + other * 0.001;
    const workload = other % 3 === 0 ? 'c2' : 'c';
    const deliveries = other % 4 === 0 ? 1 : 2;
    timeline.deliveries.push({ ...first, t, workload, deliveries });
    if (other % 2 === 0)
      timeline.acks.push({ type: 'ack', t: t + 0.5, workload, consumer: CONSUMER, seq, outcome: 'ok' });
  },
  toAnother: (timeline, { seq, other }) => {
    for (const event of [...timeline.deliveries, ...timeline.acks])
      if (event.consumer === CONSUMER && event.seq >= seq && event.seq <= other) event.workload = 'c2';
  },
  counted: (timeline, { seq }) =>
    change(
      timeline.deliveries.find((event) => event.seq === seq),
      { deliveries: 3 * (seq % 2) },
    ),
  foreignDelivered: (timeline, { seq, flag }) => {
    for (const event of timeline.deliveries)
      if (event.seq === seq && event.consumer === (flag ? CONSUMER : MIRROR_CONSUMER)) event.id = null;
  },
  swapDelivered: (timeline, { seq, other, flag }) => {
    const times = [seq, other].map((at) =>
      [...timeline.deliveries, ...timeline.acks].filter(
        (event) => event.seq === at && event.consumer === (flag ? CONSUMER : MIRROR_CONSUMER),
      ),
    );
    const [a = [], b = []] = times;
    if (a.length !== 2 || b.length !== 2) return;
    for (const [at, event] of a.entries()) [event.t, b[at]!.t] = [b[at]!.t, event.t];
  },
  refused: (timeline, { seq }) => outcome(timeline, seq, 'failed'),
  unanswered: (timeline, { seq }) => outcome(timeline, seq, 'unknown'),
  sentAgain: (timeline, { seq }) => change(timeline.publishes[seq - 1], { attempts: 2 }),
  crossed: (timeline, { seq }) => change(timeline.publishes[seq - 1], { crossedReconnect: true }),
  elsewhere: (timeline, { seq, other }) => {
    const event = timeline.publishes[seq - 1];
    if (event?.outcome === 'ok') event.seq = other;
  },
  straggler: (timeline, { seq }) => timeline.publishes.push(...timeline.publishes.splice(seq - 1, 1)),
  floor: (timeline, { other, flag }) => (timeline.ackFloor[flag ? CONSUMER : MIRROR_CONSUMER] = other),
  noFloor: (timeline, { flag }) => {
    const unread = flag ? CONSUMER : MIRROR_CONSUMER;
    const others = Object.entries(timeline.ackFloor).filter(([consumer]) => consumer !== unread);
    timeline.ackFloor = Object.fromEntries(others);
  },
  incomplete: (timeline, { flag }) => timeline.incomplete.add(flag ? STREAM : MIRROR),
  unaudited: (timeline, { flag }) => timeline.unaudited.add(flag ? STREAM : MIRROR),
  gone: (timeline, { flag }) => timeline.gone.add(flag ? STREAM : MIRROR),
  mayExpire: (timeline, { flag }) => timeline.mayExpire.add(flag ? STREAM : MIRROR),
  pending: (timeline, { seq, other, flag }) => {
    const consumer = flag ? CONSUMER : MIRROR_CONSUMER;
    timeline.consumers[consumer] = { delivered: seq, pending: other % 5, ackPending: seq % 3 };
  },
  filtered: (timeline, { other, flag }) => {
    const settings = [
      { filters: ['qa.x'], deliver: 'all' },
      { filters: [], deliver: 'new' },
      { filters: ['qa.*'], deliver: 'all', maxDeliver: 3 },
    ][other % 3]!;
    const consumer = flag ? CONSUMER : MIRROR_CONSUMER;
    timeline.consumers[consumer] = { ...timeline.consumers[consumer], settings };
  },
  unfiltered: (timeline, { flag }) => timeline.withoutSettings.add(flag ? CONSUMER : MIRROR_CONSUMER),
  unreadConsumer: (timeline, { flag }) => {
    const consumer = flag ? CONSUMER : MIRROR_CONSUMER;
    timeline.consumers[consumer] = { ...timeline.consumers[consumer], complete: false };
  },
  unpublished: (timeline, { seq }) => void timeline.publishes.splice(seq - 1, 1),
  drain: (timeline, { other, flag }) => {
    const ended = DRAIN_OUTCOMES[other % DRAIN_OUTCOMES.length] ?? 'drained';
    timeline.drains[flag ? CONSUMER : MIRROR_CONSUMER] = { outcome: ended, text: `it was ${ended}` };
  },
};

const spoil = (most: number): fc.Arbitrary<Spoil> =>
  fc.record({
    what: fc.constantFrom(...Object.keys(SPOILS)),
    seq: fc.integer({ min: 1, max: most + 1 }),
    other: fc.integer({ min: 1, max: most + 2 }),
    flag: fc.boolean(),
  });

/** Runs of two publishers and their consumers, in which several things went wrong. */
export const spoiledRuns = fc
  .array(fc.constantFrom('p1' as const, 'p2' as const), { maxLength: 70 })
  .chain((publishers) =>
    fc.record({
      publishers: fc.constant(publishers),
      spoils: fc.array(spoil(publishers.length), { maxLength: 8 }),
      size: fc.constantFrom(1, 3, 1000),
      late: fc.constantFrom(1, 2, 5, 1e9),
    }),
  );

export function spoiledEvents({
  publishers,
  spoils,
}: {
  publishers: ('p1' | 'p2')[];
  spoils: Spoil[];
}): HistoryEvent[] {
  const timeline = new Timeline(publishers);
  for (const one of spoils) SPOILS[one.what]!(timeline, one);
  return apart(timeline.events);
}

/** No two deliveries at the very same moment: those have an order in a list only. */
function apart(events: HistoryEvent[]): HistoryEvent[] {
  return events.map((event, at) =>
    event.type === 'deliver' || event.type === 'ack' ? { ...event, t: event.t * 1000 + at } : event,
  );
}

function storedAt(timeline: Timeline, flag: boolean, seq: number) {
  return timeline.stored.find((event) => event.stream === (flag ? STREAM : MIRROR) && event.seq === seq);
}

function ackOf(timeline: Timeline, seq: number, flag: boolean): AckEvent | undefined {
  return timeline.acks.find(
    (event) => event.seq === seq && event.consumer === (flag ? CONSUMER : MIRROR_CONSUMER),
  );
}

function change<T extends object>(event: T | undefined, fields: Partial<T>): void {
  if (event !== undefined) Object.assign(event, fields);
}

function outcome(timeline: Timeline, seq: number, ended: 'failed' | 'unknown'): void {
  const event = timeline.publishes[seq - 1];
  if (event === undefined) return;
  event.outcome = ended;
  delete event.seq;
}
