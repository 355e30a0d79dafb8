import { JetStreamApiError, type StreamConfig, type StreamInfo } from '@nats-io/jetstream';
import { sleep } from '../../support/deadline.ts';
import { ChaosError, messageOf } from '../../support/errors.ts';
import type { Milliseconds } from '../../support/units.ts';
import type { Connection } from '../connect.ts';
import { digestInto } from '../../support/digest.ts';
import { STREAM_NOT_FOUND } from '../not-found.ts';
import { Sender } from '../sender.ts';
import { waitUntilCaughtUp, type OwnState } from './caught-up.ts';
import { mayExpire } from './may-expire.ts';
import {
  ExpectedSequences,
  Progress,
  type ReadSource,
  type StoredMessage,
  type StoredSink,
} from './reading.ts';
import { readThrough } from './read-through.ts';
import { makeLeader, replicaAddress, replicasOf, stillLeads } from './replica.ts';
import { streamInfo } from './stream-info.ts';
import { readStored } from './stored.ts';

export { auditConsumer } from './audit-consumer.ts';

/** How long a stream must be missing before it counts as gone. */
const REMOVED_MS = 3_000;
const POLL_MS = 200;
/** How long a message that is counted must not be given out before it counts as absent. */
const WITHHELD_MS = 3_000;
/** So many messages of a replica are asked for one by one before a consumer that has to be on its node would have them all. */
const FEW = 1_000;

/** Shaped as the history's event of the same name. */
export interface StreamAudit {
  type: 'stream-audit';
  stream: string;
  complete: boolean;
  messages: number;
  firstSeq: number;
  lastSeq: number;
  mayExpire: boolean;
  mayHaveGaps?: boolean;
  transforms?: true;
  mirrorOf?: string;
  /** The stream no longer exists: it holds nothing, and the audit is complete. */
  gone?: true;
  /** How many messages it counts and does not give out, whoever asks: it holds them no more. Left out: none. */
  withheld?: number;
  /** A replica: it was not read, because it stays at this sequence although its leader calls it current. */
  behind?: number;
  error?: string;
}

/** Plain data, but for the signal: a stream may be read in another thread. */
export interface StreamAuditOptions {
  /** `cluster/stream`. */
  address: string;
  runId: string;
  /** The publishing workloads of the run, in the order of their codes. */
  publishers: readonly string[];
  /** How long it may go on without reading anything. */
  stalledAfterMs: Milliseconds;
  signal?: AbortSignal;
  /** `cluster/stream` that it mirrors. */
  mirrorOf?: string;
  /** Creates no consumer, not even a temporary one. */
  readOnly?: boolean;
  /** Reads what this node holds: it is made the stream's leader first. */
  replica?: string;
  /** The leader leads again once all replicas are read, as the stream is not of this run alone. */
  leaderStays?: boolean;
  /** The servers have said for long enough that the stream does not exist: here they say it once more. */
  isGone?: boolean;
  /** By node: where its server is asked for its own state; left out: only the leader is asked how far it is. */
  own?: Readonly<Record<string, OwnState>>;
}

/** Takes what is read; the history's log of a stream is one. */
export interface StoredRowSink {
  append(
    seq: number,
    subject: string,
    by: number,
    n: number,
    digest: readonly [high: number, low: number],
    time: number,
    headers: number,
  ): void;
}

/**
 * Reads a whole stream as it is at this moment into `log`, and returns the audit of the stream. It removes no
 * messages from work queues and interest streams. Never throws: an audit that fails is incomplete, and says why.
 *
 * @param conn a connection to the stream's own cluster
 */
export async function auditStream(
  conn: Connection,
  options: StreamAuditOptions,
  log: StoredRowSink,
): Promise<StreamAudit> {
  const { address, mirrorOf, signal } = options;
  const stream = address.split('/')[1] ?? address;
  const progress = new Progress(options.stalledAfterMs);
  const audit: StreamAudit = {
    type: 'stream-audit',
    stream: options.replica === undefined ? address : replicaAddress(address, options.replica),
    complete: false,
    messages: 0,
    firstSeq: 0,
    lastSeq: 0,
    mayExpire: false,
    ...(mirrorOf === undefined ? {} : { mirrorOf }),
  };
  try {
    if (options.replica !== undefined) {
      const own = options.own?.[options.replica];
      const behind = own && (await waitUntilCaughtUp(conn, stream, options.replica, own, signal));
      if (behind) return { ...audit, ...behind };
      progress.made();
      await makeLeader(conn, stream, options.replica, progress.deadline, signal);
    }
    const { state, config } = await streamInfo(conn, stream, progress.deadline, signal);
    Object.assign(audit, {
      messages: state.messages,
      firstSeq: state.first_seq,
      lastSeq: state.last_seq,
      mayExpire: mayExpire(config),
      mayHaveGaps: mayHaveGaps(config),
      ...(transforms(config) ? { transforms: true } : {}),
    });
    const rows = new RowWriter(options, log);
    const source = { conn, stream, progress, signal };
    // A consumer is much faster, but removes messages from a work queue or an interest stream.
    const mayConsume = config.retention === 'limits' && options.readOnly !== true;
    const messageBytes = state.bytes / state.messages;
    if (mayConsume && (options.replica === undefined || state.messages > FEW))
      await readThrough(source, expectedIn(state), rows, {
        messageBytes,
        ...(options.replica === undefined ? {} : { on: options.replica }),
      });
    else await readStored(source, expectedIn(state).takeBefore(Infinity), rows);
    progress.made();
    const withheld = await withheldOf(source, rows.absent);
    audit.complete = withheld.isCertain && rows.count + rows.absent.length === state.messages;
    if (audit.complete && withheld.sequences.length > 0) audit.withheld = withheld.sequences.length;
    if (!audit.complete || audit.withheld !== undefined)
      audit.error = contradiction(state.messages, rows.count, withheld.sequences);
    if (options.replica !== undefined)
      await stillLeads(conn, stream, options.replica, progress.deadline, signal);
  } catch (error) {
    Object.assign(audit, { complete: false, error: messageOf(error) });
    progress.made();
    const isMissing = isNotFound(error);
    if (
      isMissing &&
      (options.isGone === true || (await staysGone(conn, stream, progress.deadline, signal)))
    ) {
      Object.assign(audit, { complete: true, gone: true });
    }
  }
  return audit;
}

/**
 * Reads what each replica of a stream holds, one after the other, each while its node leads. Where the replicas cannot be
 * listed there is no audit at all. Never throws.
 *
 * @param logOf the log of a replica, by its address (`cluster/stream@node`)
 */
export async function* auditReplicas(
  conn: Connection,
  options: StreamAuditOptions,
  logOf: (address: string) => StoredRowSink,
): AsyncGenerator<StreamAudit> {
  const { address, signal, stalledAfterMs, readOnly, leaderStays } = options;
  const [, stream = ''] = address.split('/');
  // Leaders of a cluster that may only be watched stay where they are.
  if (readOnly === true) return;
  const deadline = (): Milliseconds => performance.now() + stalledAfterMs;
  const nodes = await replicasOf(conn, stream, deadline(), signal).catch(() => []);
  for (const replica of nodes)
    yield await auditStream(conn, { ...options, replica }, logOf(replicaAddress(address, replica)));
  const [leader] = nodes;
  if (leaderStays === true && leader !== undefined)
    await makeLeader(conn, stream, leader, deadline(), signal).catch(() => undefined);
}

/** Writes what is read to the log, and keeps what is not there. */
class RowWriter implements StoredSink {
  readonly absent: number[] = [];
  count = 0;
  readonly #sender: Sender;
  readonly #log: StoredRowSink;
  readonly #digest: [number, number] = [0, 0];

  constructor({ runId, publishers }: StreamAuditOptions, log: StoredRowSink) {
    this.#sender = new Sender(runId, publishers);
    this.#log = log;
  }

  found(seq: number, { subject, body, time, headers }: StoredMessage): void {
    this.count += 1;
    this.#sender.read(body);
    const digest = headers === '' ? 0 : this.#digestOf(headers);
    digestInto(this.#digest, body);
    this.#log.append(seq, subject, this.#sender.by, this.#sender.n, this.#digest, time, digest);
  }

  #digestOf(headers: string): number {
    digestInto(this.#digest, Buffer.from(headers));
    return Math.max(1, this.#digest[1]);
  }

  missing(seq: number): void {
    this.absent.push(seq);
  }
}

function isNotFound(error: unknown): boolean {
  return (
    error instanceof ChaosError &&
    error.cause instanceof JetStreamApiError &&
    error.cause.code === STREAM_NOT_FOUND
  );
}

/** Whether the stream stays missing: a new meta leader may not know its streams yet. */
async function staysGone(
  conn: Connection,
  name: string,
  deadline: Milliseconds,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const until = performance.now() + REMOVED_MS;
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

function expectedIn(state: StreamInfo['state']): ExpectedSequences {
  if (state.messages === 0) return new ExpectedSequences(1, 0);
  return new ExpectedSequences(state.first_seq, state.last_seq, deletedIn(state));
}

/**
 * The sequences that the stream reports as present and does not give out. It is certain of them once it has neither
 * given one out nor stopped reporting it for a while: another leader may have answered before.
 */
async function withheldOf(
  source: ReadSource,
  absent: readonly number[],
): Promise<{ sequences: readonly number[]; isCertain: boolean }> {
  const { conn, stream, progress, signal } = source;
  const until = performance.now() + WITHHELD_MS;
  let sequences = absent;
  for (;;) {
    sequences = await stillThere(conn, stream, sequences, progress.deadline, signal);
    if (sequences.length === 0 || performance.now() >= until) return { sequences, isCertain: true };
    await sleep(POLL_MS, signal);
    let given = 0;
    await readStored(source, sequences, { found: () => void (given += 1), missing: () => undefined });
    if (given > 0) return { sequences, isCertain: false };
  }
}

/** The sequences that the stream still reports as present. */
async function stillThere(
  conn: Connection,
  name: string,
  sequences: readonly number[],
  deadline: Milliseconds,
  signal: AbortSignal | undefined,
): Promise<number[]> {
  if (sequences.length === 0) return [];
  const { state } = await streamInfo(conn, name, deadline, signal);
  const deleted = new Set(deletedIn(state));
  return sequences.filter((seq) => seq >= state.first_seq && !deleted.has(seq) && state.messages > 0);
}

function deletedIn({ deleted }: { deleted?: number[] }): readonly number[] {
  return deleted ?? [];
}

function contradiction(messages: number, read: number, unexplained: readonly number[]): string {
  if (unexplained.length === 0) return `it counts ${messages} messages, and ${read} could be read`;
  return `it claims to hold sequence ${unexplained[0]} and does not give it out (${unexplained.length} such)`;
}

/** Whether the stream may lack messages between others without having lost any; age and size take the oldest only. */
function mayHaveGaps({ allow_msg_ttl, retention, max_msgs_per_subject, mirror }: StreamConfig): boolean {
  const takesSome = mirror?.filter_subject !== undefined || (mirror?.subject_transforms ?? []).length > 0;
  return allow_msg_ttl || retention !== 'limits' || max_msgs_per_subject > 0 || takesSome;
}

function transforms({ subject_transform, mirror, sources = [] }: StreamConfig): boolean {
  const origins = mirror === undefined ? sources : [mirror, ...sources];
  return (
    subject_transform !== undefined ||
    origins.some(({ subject_transforms: list }) => list !== undefined && list.length > 0)
  );
}
