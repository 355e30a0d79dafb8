import { messageOf } from '../support/errors.ts';
import type { Milliseconds } from '../support/units.ts';
import { answered } from './answered.ts';
import type { Connection } from './connect.ts';
import { openManager } from './manager.ts';

/** Shaped as the history's event of the same name. */
export interface ConsumerAudit {
  type: 'consumer-audit';
  consumer: string;
  complete: boolean;
  ackFloor: number;
  delivered: number;
  pending: number;
  ackPending: number;
  error?: string;
}

export interface AuditOptions {
  /** `cluster/stream` or `cluster/stream/consumer`. */
  address: string;
  /** How long the whole audit may take. */
  timeoutMs: Milliseconds;
  signal?: AbortSignal;
}

/** Asks a consumer how far it is. Never throws: an audit that could not be carried out is incomplete. */
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
    const info = await answered(
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
    };
  } catch (error) {
    return { ...audit, error: messageOf(error) };
  }
}
