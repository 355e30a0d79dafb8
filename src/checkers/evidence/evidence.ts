import type { AssetChangeEvent, ConsumerAuditEvent, StreamAuditEvent } from '../../history/events.ts';
import type { History } from '../../history/history.ts';
import type { FaultRecord, ProbeSeries } from '../../history/record.ts';
import type { Bits } from '../../support/bits.ts';
import { madeOnce } from '../../support/made-once.ts';
import { keptBy, type Kept } from './kept.ts';
import { heldIn, type Held } from './held.ts';
import type { Publisher } from './publishing-order.ts';
import { receivedFrom, type Received } from './received.ts';
import { removedOf, sentBy, type Sent } from './sent.ts';
import { SubjectsSent } from './subjects-sent.ts';

/** When a fault was in force. */
export type FaultTimes = Pick<FaultRecord, 'title' | 'injectedAt' | 'removedAt'>;

/** What the checks judge: gathered from a history when the first of them asks for it, and kept for the others. */
export class Evidence {
  readonly history: History;
  /** What was injected, and when; undefined where nothing says it. */
  readonly faults: readonly FaultTimes[] | undefined;
  readonly #series: readonly ProbeSeries[];
  readonly #sent = new Map<string, Sent>();
  readonly #held = new Map<string, Held>();
  readonly #removed = new Map<string, Bits>();
  readonly #received = new Map<string, Received>();
  readonly #kept = new Map<string, Kept>();
  #subjects: SubjectsSent | undefined;

  /** @param series what probes have read while the run went on */
  constructor(history: History, series: readonly ProbeSeries[] = [], faults?: readonly FaultTimes[]) {
    this.history = history;
    this.faults = faults;
    this.#series = series;
  }

  /** What a probe has read of a target; undefined where there was no such probe. */
  readings(kind: string, target: string): ProbeSeries | undefined {
    return this.#series.find((one) => one.kind === kind && one.target === target);
  }

  /** The target of a workload. */
  targetOf(workload: string): string | undefined {
    return this.history.workloads[workload]?.target;
  }

  /** Whether the workloads of a consumer acknowledge what they receive. */
  acknowledges(consumer: string): boolean {
    const all = Object.values(this.history.workloads);
    return !all.some(({ target, acknowledges }) => target === consumer && acknowledges === false);
  }

  /** The workloads that read from a consumer. */
  readersOf(consumer: string): string[] {
    return this.#workloads('consume', consumer);
  }

  streamAudit(stream: string): StreamAuditEvent | undefined {
    const found = this.history.streamAudits.findLast((audit) => audit.stream === stream);
    // Limits that an action has set and taken back are not in the configuration that was read in the end.
    const hadLimits = this.#changes(stream).some(({ mayRemove }) => mayRemove === true);
    return found === undefined || !hadLimits ? found : { ...found, mayExpire: true };
  }

  /** An action has removed the messages of a stream up to this sequence; 0 where none has. */
  removedUpTo(stream: string): number {
    return Math.max(0, ...this.#changes(stream).map(({ removedUpTo = 0 }) => removedUpTo));
  }

  /** Numbers of the acknowledged messages of a workload that an action has removed. */
  removed(workload: string): Bits {
    return madeOnce(this.#removed, workload, () =>
      removedOf(this.history, workload, this.removedUpTo(this.targetOf(workload) ?? '')),
    );
  }

  /** Whether an action has changed which messages a consumer is to get. */
  isRefiltered(consumer: string): boolean {
    return this.#changes(consumer).some(({ refiltered }) => refiltered === true);
  }

  /** The replicas of a stream that were read by themselves: `cluster/stream@node`. */
  replicasOf(stream: string): string[] {
    const names = this.history.streamAudits.map((audit) => audit.stream);
    return [...new Set(names)].filter((name) => name.startsWith(`${stream}@`));
  }

  consumerAudit(consumer: string): ConsumerAuditEvent | undefined {
    return this.history.consumerAudits.findLast((audit) => audit.consumer === consumer);
  }

  sent(workload: string): Sent {
    return madeOnce(this.#sent, workload, () => sentBy(this.history, workload));
  }

  held(stream: string): Held {
    return madeOnce(this.#held, stream, () => {
      const publishers = this.#workloads('publish', stream).map((workload) => this.sent(workload));
      return heldIn(this.history, stream, publishers, this.#publisher);
    });
  }

  received(consumer: string): Received {
    return madeOnce(this.#received, consumer, () => {
      const audit = this.consumerAudit(consumer);
      const ackFloor = audit?.complete === true ? audit.ackFloor : 0;
      return receivedFrom(
        this.history,
        this.readersOf(consumer),
        ackFloor,
        this.#publisher,
        (this.#subjects ??= new SubjectsSent(this.history)),
      );
    });
  }

  /** What a ledger workload read. */
  kept(workload: string): Kept {
    return madeOnce(this.#kept, workload, () => keptBy(this.history, workload));
  }

  #changes(asset: string): AssetChangeEvent[] {
    return this.history.assetChanges.filter((change) => change.asset === asset);
  }

  readonly #publisher = (by: number): Publisher => {
    const name = this.history.publishers[by] ?? '';
    const publishers = this.history.workloads[name]?.publishers ?? 1;
    return { publishers, unordered: this.sent(name).unordered };
  };

  #workloads(kind: string, target: string): string[] {
    const all = Object.entries(this.history.workloads);
    return all.filter(([, one]) => one.kind === kind && one.target === target).map(([name]) => name);
  }
}
