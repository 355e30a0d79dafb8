import type { KvStatus, Outcome, OperationStatus } from '../history/events.ts';
import { KV_OPERATIONS } from '../history/kv-log.ts';
import { LatencyHistogram } from '../history/latency/histogram.ts';
import type { History } from '../history/history.ts';
import { areOperations, hasOperations, sendsMessages } from '../history/operations.ts';
import type { PhaseRecord } from '../history/record.ts';
import type { LatencyRecord, WorkloadRecord } from '../history/workload-record.ts';
import { decodeLate } from '../history/tables/late.ts';
import type { Milliseconds } from '../support/units.ts';

/** What became of the operations of a workload that were sent in one phase. */
export interface PhaseLatency {
  phase: string;
  from: Milliseconds;
  to: Milliseconds;
  refused: number;
  unanswered: number;
  /** Of those that succeeded. */
  fromIntended: LatencyHistogram;
  fromSend: LatencyHistogram;
}

/** Sorts a workload's operations into phases, one by one and in any order, in memory that does not grow with them. */
export class PhaseLatencies {
  readonly #phases: PhaseLatency[];
  /** Where the last operation was: most of the next are there too. */
  #last: PhaseLatency | undefined;
  #wasLate = false;

  constructor(phases: readonly Pick<PhaseRecord, 'name' | 'startedAt' | 'endedAt'>[]) {
    this.#phases = phases.flatMap(({ name, startedAt, endedAt = Infinity }) =>
      startedAt === undefined ? [] : [emptyPhase(name, startedAt, endedAt)],
    );
  }

  /**
   * @param t when it was sent, which decides the phase; ms since the run began
   * @param latencyMs from then to the outcome; only that of successes counts
   * @param lateMs from the intended time to the send
   */
  add(t: Milliseconds, latencyMs: Milliseconds, lateMs: Milliseconds, outcome: Outcome): void {
    const phase = this.#at(t);
    if (phase === undefined) return;
    if (outcome === 'failed') phase.refused += 1;
    else if (outcome === 'unknown') phase.unanswered += 1;
    else {
      phase.fromIntended.add(latencyMs + lateMs);
      phase.fromSend.add(latencyMs);
      if (lateMs > 0) this.#wasLate = true;
    }
  }

  /** Undefined for a phase that was never begun. */
  of(phase: string): PhaseLatency | undefined {
    return this.#phases.find((one) => one.phase === phase);
  }

  /** One for each phase in which something was sent. */
  records(): LatencyRecord[] {
    return this.#phases
      .filter(({ refused, unanswered, fromSend }) => refused + unanswered + fromSend.count > 0)
      .map(({ phase, refused, unanswered, fromIntended, fromSend }) => ({
        phase,
        unanswered,
        refused,
        fromIntended: fromIntended.encode(),
        ...(this.#wasLate ? { fromSend: fromSend.encode() } : {}),
      }));
  }

  #at(t: Milliseconds): PhaseLatency | undefined {
    const last = this.#last;
    if (last !== undefined && t >= last.from && t < last.to) return last;
    this.#last = this.#phases.find(({ from, to }) => t >= from && t < to);
    return this.#last;
  }
}

/** Of every workload that did something, by its name: in one pass over the history. */
export function phaseLatencies(
  phases: readonly PhaseRecord[],
  history: History,
): Map<string, PhaseLatencies> {
  return new Map(
    Object.entries(history.workloads).map(([name, { kind }]) => {
      const latencies = new PhaseLatencies(phases);
      if (sendsMessages(kind)) addPublishes(latencies, history, name);
      else if (kind === 'kv') addKeyOperations(latencies, history, name);
      else if (hasOperations(kind)) addOperations(latencies, history, name, kind);
      else addDeliveries(latencies, history, name);
      return [name, latencies];
    }),
  );
}

function addPublishes(latencies: PhaseLatencies, history: History, workload: string): void {
  const outcomes = history.publishStatuses(workload).map(({ outcome }) => outcome);
  for (const { t, latency, late, status, length } of history.publishes(workload)) {
    for (let row = 0; row < length; row += 1) {
      const outcome = outcomes[status[row] as number];
      const [sentAt, us, code] = [t[row] as number, latency[row] as number, late[row] as number];
      if (outcome !== undefined) latencies.add(sentAt, us / 1000, decodeLate(code), outcome);
    }
  }
}

function addOperations(latencies: PhaseLatencies, history: History, workload: string, kind: string): void {
  const outcomes = history.operationStatuses(workload).map(answerOf);
  const isOwn = areOperations(kind);
  for (const { t, latency, late, op, status, length } of history.operations(workload)) {
    for (let row = 0; row < length; row += 1) {
      const outcome = outcomes[status[row] as number];
      const [sentAt, us, code] = [t[row] as number, latency[row] as number, late[row] as number];
      if (outcome !== undefined && isOwn[op[row] as number] === true)
        latencies.add(sentAt, us / 1000, decodeLate(code), outcome);
    }
  }
}

/** What a watcher was sent, and what was written before the workload began, is no operation of its clients. */
function addKeyOperations(latencies: PhaseLatencies, history: History, workload: string): void {
  const statuses = history.kvStatuses(workload);
  const outcomes = statuses.map((status) => (status.initial === true ? undefined : answerOf(status)));
  for (const { t, latency, late, op, status, length } of history.kv(workload)) {
    for (let row = 0; row < length; row += 1) {
      const outcome = outcomes[status[row] as number];
      const [sentAt, us, code] = [t[row] as number, latency[row] as number, late[row] as number];
      if (outcome !== undefined && KV_OPERATIONS[op[row] as number] !== 'watch')
        latencies.add(sentAt, us / 1000, decodeLate(code), outcome);
    }
  }
}

/** That a condition did not hold, or that something is there already or is not there, is an answer, as good as any. */
function answerOf({ outcome, refused }: KvStatus | OperationStatus): Outcome {
  return refused === undefined ? outcome : 'ok';
}

/** A delivery's latency is that until its acknowledgement was confirmed, the work on it included. */
function addDeliveries(latencies: PhaseLatencies, history: History, workload: string): void {
  const outcomes = history.deliveryStatuses(workload).map(({ outcome }) => outcome);
  for (const { t, acked, status, length } of history.deliveries(workload)) {
    for (let row = 0; row < length; row += 1) {
      const outcome = outcomes[status[row] as number];
      if (outcome !== undefined) latencies.add(t[row] as number, (acked[row] as number) / 1000, 0, outcome);
    }
  }
}

/** A workload's record with its latencies by phase, after those of the whole run. */
export function withPhaseLatencies(
  workload: WorkloadRecord,
  latencies: ReadonlyMap<string, PhaseLatencies>,
): WorkloadRecord {
  const { latency } = workload;
  const own = latencies.get(workload.name);
  if (latency === undefined || own === undefined) return workload;
  const whole = latency.filter(({ phase }) => phase === undefined);
  return { ...workload, latency: [...whole, ...own.records()] };
}

function emptyPhase(phase: string, from: Milliseconds, to: Milliseconds): PhaseLatency {
  return {
    phase,
    from,
    to,
    refused: 0,
    unanswered: 0,
    fromIntended: new LatencyHistogram(),
    fromSend: new LatencyHistogram(),
  };
}
