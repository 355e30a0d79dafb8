import { JetStreamApiError, type StreamConfig, type StreamInfo } from '@nats-io/jetstream';
import { sleep } from '../support/deadline.ts';
import { ChaosError, messageOf } from '../support/errors.ts';
import type { Milliseconds } from '../support/units.ts';
import { answered } from './answered.ts';
import type { AuditOptions } from './audit-consumer.ts';
import type { Connection } from './connect.ts';
import { openManager } from './manager.ts';
import { digestOf, identityIn } from './message.ts';
import { readThrough } from './read-through.ts';
import { readStored } from './stored.ts';

export { auditConsumer } from './audit-consumer.ts';

/** The servers' code for a stream that there is not. */
const STREAM_NOT_FOUND = 10_059;
/** How long a stream must not be there to be called gone. */
const GONE_MS = 3_000;
const POLL_MS = 200;

/** Shaped as the history's event of the same name. */
export interface Stored {
  type: 'stored';
  stream: string;
  seq: number;
  subject: string;
  id: string | null;
  digest: string;
}

/** Shaped as the history's event of the same name. */
export interface StreamAudit {
  type: 'stream-audit';
  stream: string;
  complete: boolean;
  messages: number;
  firstSeq: number;
  lastSeq: number;
  mayExpire: boolean;
  mirrorOf?: string;
  /** The cluster knows no such stream any more: it holds nothing, and that is a whole reading. */
  gone?: true;
  error?: string;
}

export interface StreamAuditOptions extends AuditOptions {
  runId: string;
  /** `cluster/stream` that it mirrors. */
  mirrorOf?: string;
  /** Makes no consumer, not even for the time of the reading. */
  readOnly?: boolean;
}

/**
 * Reads a whole stream back, as it is at this moment: every message, and at last what the stream says of itself.
 * Work queues and interest streams keep what they hold. Never throws: an audit that
 * could not be carried out is incomplete, and says why.
 *
 * @param conn a connection to the stream's own cluster
 */
export async function* auditStream(
  conn: Connection,
  options: StreamAuditOptions,
): AsyncGenerator<Stored | StreamAudit> {
  const { address, runId, mirrorOf } = options;
  const name = address.split('/')[1] ?? address;
  const deadline = performance.now() + options.timeoutMs;
  const audit: StreamAudit = {
    type: 'stream-audit',
    stream: address,
    complete: false,
    messages: 0,
    firstSeq: 0,
    lastSeq: 0,
    mayExpire: false,
    ...(mirrorOf === undefined ? {} : { mirrorOf }),
  };
  try {
    const { state, config } = await streamInfo(conn, name, deadline, options.signal);
    Object.assign(audit, {
      messages: state.messages,
      firstSeq: state.first_seq,
      lastSeq: state.last_seq,
      mayExpire: mayExpire(config),
    });
    const missing: number[] = [];
    let read = 0;
    const source = { conn, stream: name, deadline, signal: options.signal };
    const sequences = sequencesOf(state);
    // A consumer is faster by far, but takes messages out of a work queue or an interest stream.
    const reading =
      config.retention === 'limits' && options.readOnly !== true
        ? readThrough(source, sequences)
        : readStored(source, sequences);
    for await (const { seq, message } of reading) {
      if (message === undefined) missing.push(seq);
      else {
        read += 1;
        const { subject, body } = message;
        yield {
          type: 'stored',
          stream: address,
          seq,
          subject,
          id: identityIn(body, runId),
          digest: digestOf(body),
        };
      }
    }
    const unexplained =
      missing.length === 0 ? [] : await stillThere(conn, name, missing, deadline, options.signal);
    const gone = missing.length - unexplained.length;
    audit.complete = read + gone === state.messages;
    if (!audit.complete) audit.error = contradiction(state.messages, read, unexplained);
  } catch (error) {
    audit.error = messageOf(error);
    if (isNotFound(error) && (await staysGone(conn, name, deadline, options.signal))) {
      Object.assign(audit, { complete: true, gone: true });
    }
  }
  yield audit;
}

async function streamInfo(
  conn: Connection,
  name: string,
  deadline: Milliseconds,
  signal: AbortSignal | undefined,
): Promise<StreamInfo> {
  const manager = await openManager(conn);
  const ask = () => manager.streams.info(name, { deleted_details: true });
  return answered(ask, `state of stream ${name}`, deadline, signal);
}

function isNotFound(error: unknown): boolean {
  return (
    error instanceof ChaosError &&
    error.cause instanceof JetStreamApiError &&
    error.cause.code === STREAM_NOT_FOUND
  );
}

/** Whether the cluster goes on saying so: a meta leader that has just been elected may not know its streams yet. */
async function staysGone(
  conn: Connection,
  name: string,
  deadline: Milliseconds,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const until = performance.now() + GONE_MS;
  while (performance.now() < until) {
    try {
      await streamInfo(conn, name, deadline, signal);
      return false;
    } catch (error) {
      if (!isNotFound(error)) return false;
    }
    await sleep(POLL_MS, signal);
  }
  return true;
}

function* sequencesOf(state: StreamInfo['state']): Generator<number> {
  if (state.messages === 0) return;
  const deleted = deletedIn(state);
  for (let seq = state.first_seq; seq <= state.last_seq; seq += 1) if (!deleted.has(seq)) yield seq;
}

/** Those of the sequences that the stream still claims to hold. */
async function stillThere(
  conn: Connection,
  name: string,
  sequences: readonly number[],
  deadline: Milliseconds,
  signal: AbortSignal | undefined,
): Promise<number[]> {
  const { state } = await streamInfo(conn, name, deadline, signal);
  const deleted = deletedIn(state);
  return sequences.filter((seq) => seq >= state.first_seq && !deleted.has(seq) && state.messages > 0);
}

function deletedIn(state: StreamInfo['state']): Set<number> {
  const deleted: number[] | undefined = state.deleted; // absent without any, whatever its type says
  return new Set(deleted);
}

function contradiction(messages: number, read: number, unexplained: readonly number[]): string {
  if (unexplained.length === 0) return `it counts ${messages} messages, and ${read} could be read`;
  return `it claims to hold sequence ${unexplained[0]} and cannot give it out (${unexplained.length} such)`;
}

/** Whether the stream may remove messages by itself. */
function mayExpire(config: StreamConfig): boolean {
  const bounded = config.discard === 'old' && (config.max_msgs > 0 || config.max_bytes > 0);
  return config.retention !== 'limits' || config.max_age > 0 || config.max_msgs_per_subject > 0 || bounded;
}
