import type { History } from '../history/history.ts';
import { sendsMessages } from '../history/operations.ts';
import type { FaultRecord, PhaseRecord } from '../history/record.ts';
import { madeOnce } from '../support/made-once.ts';
import type { Milliseconds } from '../support/units.ts';
import type { Circumstances, Example, Finding } from './checker.ts';

/** What a run did, and when. */
export interface RunTimes {
  phases: readonly Pick<PhaseRecord, 'name' | 'startedAt' | 'endedAt'>[];
  faults: readonly Pick<FaultRecord, 'id' | 'title' | 'injectedAt' | 'removedAt'>[];
}

/** Adds to the examples of findings what is known of their messages: one pass over the history, if there are any. */
export function withCircumstances(
  history: History,
  findings: readonly Finding[],
  times: RunTimes,
): Finding[] {
  const lives = livesOf(history, findings);
  return findings.map((finding) => ({
    ...finding,
    examples: finding.examples.map((example) => {
      const life = lives.get(keyOf(example) ?? '');
      const t = example.t ?? life?.publishedAt ?? life?.deliveredAt;
      const circumstances = { ...life, ...(t === undefined ? {} : around(t, times)) };
      return Object.keys(circumstances).length === 0 ? example : { ...example, circumstances };
    }),
  }));
}

/** The phase and the faults of a moment. */
function around(t: Milliseconds, { phases, faults }: RunTimes): Pick<Circumstances, 'phase' | 'faults'> {
  const phase = phases.find(
    ({ startedAt, endedAt }) => startedAt !== undefined && startedAt <= t && t <= (endedAt ?? Infinity),
  );
  const inForce = faults.filter(
    ({ injectedAt, removedAt }) =>
      injectedAt !== undefined && injectedAt <= t && t <= (removedAt ?? Infinity),
  );
  const titles = [...new Set(inForce.map(({ title }) => title))];
  return {
    ...(phase === undefined ? {} : { phase: phase.name }),
    ...(titles.length === 0 ? {} : { faults: titles }),
  };
}

/** By publisher, the messages that examples name, and what is known of them: by number, or by sequence in its stream. */
interface Wanted {
  numbers: Map<number, Circumstances>;
  sequences: Map<number, Circumstances>;
  /** Two examples of one message, by its sequence and by its number. */
  same: [Circumstances, Circumstances][];
}

/** What an example is about: a message, or what was acknowledged with a sequence of a stream. */
function keyOf({ id, stream, seq }: Example): string | undefined {
  return id ?? (stream === undefined || seq === undefined ? undefined : `${stream} ${seq}`);
}

function livesOf(history: History, findings: readonly Finding[]): Map<string, Circumstances> {
  const wanted = new Map<string, Wanted>();
  const lives = new Map<string, Circumstances>();
  const want = (publisher: string): Wanted =>
    madeOnce(wanted, publisher, () => ({ numbers: new Map(), sequences: new Map(), same: [] }));
  const publishers = Object.entries(history.workloads).filter(([, { kind }]) => sendsMessages(kind));
  for (const example of findings.flatMap(({ examples }): Example[] => examples)) {
    const key = keyOf(example);
    if (key === undefined) continue;
    const life = madeOnce(lives, key, (): Circumstances => ({}));
    const [, name = '', n = ''] = example.id?.split('/') ?? [];
    if (example.id === undefined) {
      for (const [publisher, { target }] of publishers)
        if (target === example.stream) want(publisher).sequences.set(example.seq ?? 0, life);
    } else if (publishers.some(([publisher]) => publisher === name)) want(name).numbers.set(Number(n), life);
  }
  if (wanted.size === 0) return lives;
  for (const [publisher, messages] of wanted) seePublishes(history, publisher, messages);
  for (const [name, { kind }] of Object.entries(history.workloads))
    if (kind === 'consume') seeDeliveries(history, name, wanted);
  for (const { same } of wanted.values()) for (const [one, other] of same) Object.assign(one, other);
  for (const life of lives.values()) if (life.lastSeenAt === life.deliveredAt) delete life.lastSeenAt;
  return lives;
}

function seePublishes(history: History, publisher: string, { numbers, sequences, same }: Wanted): void {
  const statuses = history.publishStatuses(publisher);
  for (const { n, seq, t, latency, status, length } of history.publishes(publisher))
    for (let row = 0; row < length; row += 1) {
      const at = seq[row] as number;
      const named = numbers.get(n[row] as number);
      const bySequence = at === 0 ? undefined : sequences.get(at);
      const life = named ?? bySequence;
      if (life === undefined) continue;
      if (bySequence !== undefined && bySequence !== life) same.push([bySequence, life]);
      // Its deliveries are found by its number.
      numbers.set(n[row] as number, life);
      life.publishedAt = rounded(t[row] as number);
      life.acknowledgedAt = rounded((t[row] as number) + (latency[row] as number) / 1000);
      const outcome = statuses[status[row] as number]?.outcome;
      if (outcome !== 'ok') life.publish = outcome === 'failed' ? 'refused' : 'unanswered';
    }
}

function seeDeliveries(history: History, workload: string, wanted: ReadonlyMap<string, Wanted>): void {
  const statuses = history.deliveryStatuses(workload);
  const byCode = history.publishers.map((name) => wanted.get(name)?.numbers);
  for (const { t, by, n, acked, status, length } of history.deliveries(workload))
    for (let row = 0; row < length; row += 1) {
      const life = byCode[by[row] as number]?.get(n[row] as number);
      if (life === undefined) continue;
      const at = rounded(t[row] as number);
      const known = statuses[status[row] as number];
      life.deliveredAt = Math.min(life.deliveredAt ?? Infinity, at);
      life.lastSeenAt = Math.max(life.lastSeenAt ?? 0, at);
      if (known?.outcome !== 'ok' || known.instead !== undefined) continue;
      const confirmedAt = rounded(at + (acked[row] as number) / 1000);
      life.confirmedAt = Math.min(life.confirmedAt ?? Infinity, confirmedAt);
    }
}

function rounded(ms: Milliseconds): Milliseconds {
  return Math.round(ms * 1000) / 1000;
}
