import type { Msg } from '@nats-io/transport-node';
import type { Instead, Outcome } from '../../history/events.ts';
import type { Connection } from '../../nats/connect.ts';
import type { AckSubject } from '../../nats/consume/ack-subject.ts';
import type { Milliseconds } from '../../support/units.ts';
import type { Fates } from './fates.ts';
import type { ConsumeOptions } from './options.ts';
import type { DeliveryRows } from './rows.ts';
import type { Slots } from './slots.ts';

/** What the members of a workload share: its limits, its counts and its part of the history. */
export interface Work {
  readonly options: ConsumeOptions;
  /** `cluster/stream/consumer`. */
  readonly target: string;
  readonly slots: Slots;
  readonly rows: DeliveryRows;
  readonly fates: Fates;
  readonly signal: AbortSignal;
  readonly acknowledges: boolean;
  readonly state: 'running' | 'paused' | 'stopped';
  /** One of its own limits is reached: further messages are rejected, or held where nothing is acknowledged. */
  readonly full: boolean;
  now(): Milliseconds;
  /** A connection for a member; `begun` counts those that it had before. */
  connect(member: number, begun: number): Promise<Connection>;
  /** @returns the slot of a message that came; -1 when too many wait already, and it is dropped */
  take(member: number, msg: Msg, delivery: AckSubject): number;
  isProcessed(seq: number): boolean;
  /** A message is dealt with. */
  processed(seq: number): void;
  /** How many more may be asked for. */
  room(): number;
  /** An acknowledgement ended; see `AcknowledgementsOptions`. */
  ended(deliveredAt: Milliseconds, outcome: Outcome, latencyMs?: Milliseconds, error?: string): void;
  /** Something happened that is counted in words. */
  count(what: Instead | 'reconnect'): void;
  error(text: string): void;
  /** Something changed that somebody may wait for. */
  changed(): void;
  /** Resolves at the next change. */
  nextChange(): Promise<void>;
}
