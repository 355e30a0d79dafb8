import type { ConsumerConfig } from '@nats-io/jetstream';
import { messageOf } from '../../support/errors.ts';
import type { Milliseconds } from '../../support/units.ts';
import { askUntilAnswered } from '../ask-until-answered.ts';
import type { Connection } from '../connect.ts';
import { openManager } from '../assets/manager.ts';

/** Shaped as the history's event of the same name. */
export interface ConsumerAudit {
  type: 'consumer-audit';
  consumer: string;
  complete: boolean;
  ackFloor: number;
  delivered: number;
  pending: number;
  ackPending: number;
  settings?: ConsumerSettings;
  error?: string;
}

/** Which messages it owes. */
interface ConsumerSettings {
  filters: string[];
  deliver: string;
  maxDeliver?: number;
}

export interface AuditOptions {
  /** `cluster/stream/consumer`. */
  address: string;
  /** How long the whole audit may take. */
  timeoutMs: Milliseconds;
  signal?: AbortSignal;
}

/** Reads the state of a consumer. Never throws: an audit that fails is incomplete, and says why. */
export async function auditConsumer(conn: Connection, options: AuditOptions): Promise<ConsumerAudit> {
  const [, stream = '', consumer = ''] = options.address.split('/');
  const deadline = performance.now() + options.timeoutMs;
  const audit: ConsumerAudit = {
    type: 'consumer-audit',
    consumer: options.address,
    complete: false,
    ackFloor: 0,
    delivered: 0,
    pending: 0,
    ackPending: 0,
  };
  try {
    const manager = await openManager(conn);
    const what = `state of consumer ${options.address}`;
    const info = await askUntilAnswered(
      () => manager.consumers.info(stream, consumer),
      what,
      deadline,
      options.signal,
    );
    return {
      ...audit,
      complete: true,
      ackFloor: info.ack_floor.stream_seq,
      delivered: info.delivered.stream_seq,
      pending: info.num_pending,
      ackPending: info.num_ack_pending,
      settings: settingsOf(info.config),
    };
  } catch (error) {
    return { ...audit, error: messageOf(error) };
  }
}

function settingsOf(config: ConsumerConfig): ConsumerSettings {
  const {
    filter_subject: one,
    filter_subjects: several,
    deliver_policy: deliver,
    max_deliver: most,
  } = config;
  return {
    filters: several ?? (one === undefined || one === '' ? [] : [one]),
    deliver,
    ...(most !== undefined && most > 0 ? { maxDeliver: most } : {}),
  };
}
