import { errors, headers, type Msg, type MsgHdrs } from '@nats-io/transport-node';
import { askApi } from '../assets/api.ts';
import type { Connection } from '../connect.ts';
import { parseAck } from '../publish/pub-ack.ts';
import { messageOf } from '../../support/errors.ts';
import type { Milliseconds } from '../../support/units.ts';

/** What became of a request; without an answer it is unknown, as the servers may have carried it out. */
export type Unanswered = { outcome: 'failed' | 'unknown'; error: string };

/** What a key holds: a value or a marker with its revision, or nothing. */
export interface Entry {
  outcome: 'ok';
  found: 'value' | 'deleted' | 'purged' | 'nothing';
  revision: number;
  body: Uint8Array;
  headers: MsgHdrs | undefined;
}

export type Written =
  { outcome: 'ok'; revision: number } | (Unanswered & { refused?: 'revision' | 'in-flight' });

export interface Write {
  body: Uint8Array;
  /** `deleted`, `purged`: a marker in place of a value. */
  marker?: 'deleted' | 'purged';
  /** Only on this revision of the key. */
  expected?: number;
  /** Who writes it, for a marker, whose body is empty. */
  identity?: string;
}

/** `err_code` of a write whose condition did not hold, and of one that met another that was under way. */
const WRONG_LAST_SEQUENCE = 10071;
const IN_FLIGHT = 10164;
const NO_MESSAGE_FOUND = 10037;
const NOT_FOUND = 404;
/** Clients of NATS know no such header. */
export const IDENTITY_HEADER = 'Chaos-Write';

/** Reads and writes single keys of a bucket, each request once: what has no answer is not sent again. */
export class Bucket {
  readonly #conn: Connection;
  readonly #stream: string;
  readonly #prefix: string;
  readonly #timeoutMs: Milliseconds;

  /** @param name of the bucket */
  constructor(conn: Connection, name: string, timeoutMs: Milliseconds) {
    this.#conn = conn;
    this.#stream = `KV_${name}`;
    this.#prefix = `$KV.${name}.`;
    this.#timeoutMs = timeoutMs;
  }

  /** Asks the leader of the bucket's stream. */
  async getFromLeader(key: string): Promise<Entry | Unanswered> {
    const request = JSON.stringify({ last_by_subj: this.#prefix + key });
    const answer = await this.#ask(`$JS.API.STREAM.MSG.GET.${this.#stream}`, request);
    if ('outcome' in answer) return answer;
    const { message, error } = answer.json<MessageAnswer>();
    if (error?.err_code === NO_MESSAGE_FOUND || error?.code === NOT_FOUND) return NOTHING;
    if (error !== undefined) return { outcome: 'failed', error: `${error.description} (${error.err_code})` };
    if (message === undefined) return { outcome: 'failed', error: 'an answer without a message' };
    const body = Buffer.from(message.data ?? '', 'base64');
    return entryOf(message.seq, body, headersIn(message.hdrs));
  }

  /** Asks any replica, or mirror (direct get). */
  async getFromReplica(key: string): Promise<Entry | Unanswered> {
    const answer = await this.#ask(`$JS.API.DIRECT.GET.${this.#stream}.${this.#prefix}${key}`, '');
    if ('outcome' in answer) return answer;
    const code = answer.headers?.code ?? 0;
    if (code === NOT_FOUND) return NOTHING;
    if (code !== 0) return { outcome: 'failed', error: `${code} ${answer.headers?.description ?? ''}` };
    return entryOf(Number(answer.headers?.get('Nats-Sequence')), answer.data, answer.headers);
  }

  async write(key: string, { body, marker, expected, identity }: Write): Promise<Written> {
    const head = headers();
    if (marker !== undefined) head.set('KV-Operation', marker === 'deleted' ? 'DEL' : 'PURGE');
    if (marker === 'purged') head.set('Nats-Rollup', 'sub');
    if (identity !== undefined) head.set(IDENTITY_HEADER, identity);
    if (expected !== undefined) head.set('Nats-Expected-Last-Subject-Sequence', String(expected));
    const answer = await this.#ask(this.#prefix + key, body, head);
    if ('outcome' in answer) return answer;
    const ack = parseAck(answer.data);
    if (ack === undefined) return { outcome: 'unknown', error: 'the answer is not from a stream' };
    if (ack.error === undefined) return { outcome: 'ok', revision: ack.seq };
    const error = `${ack.error.description} (${ack.error.err_code})`;
    const refused =
      ack.error.err_code === WRONG_LAST_SEQUENCE
        ? 'revision'
        : ack.error.err_code === IN_FLIGHT
          ? 'in-flight'
          : undefined;
    return { outcome: 'failed', error: refusalText(error), ...(refused === undefined ? {} : { refused }) };
  }

  async #ask(subject: string, body: string | Uint8Array, head?: MsgHdrs): Promise<Msg | Unanswered> {
    try {
      return await this.#conn.request(subject, body, {
        timeout: this.#timeoutMs,
        ...(head === undefined ? {} : { headers: head }),
      });
    } catch (thrown) {
      if (thrown instanceof errors.RequestError && thrown.isNoResponders())
        return { outcome: 'failed', error: 'nobody answers for the bucket' };
      return { outcome: 'unknown', error: messageOf(thrown) };
    }
  }
}

export interface BucketState {
  allowDirect: boolean;
  lastRevision: number;
  /** Whether every replica has everything. */
  settled: boolean;
}

/** @throws ChaosError when nobody answers, or there is no such bucket */
export async function bucketState(conn: Connection, name: string): Promise<BucketState> {
  const { config, state, cluster } = await askApi<StreamAnswer>(conn, `STREAM.INFO.KV_${name}`);
  const replicas = cluster?.replicas ?? [];
  return {
    allowDirect: config.allow_direct === true,
    lastRevision: state.last_seq,
    settled:
      replicas.length >= config.num_replicas - 1 &&
      replicas.every(({ current, lag = 0 }) => current && lag === 0),
  };
}

interface StreamAnswer {
  config: { allow_direct?: boolean; num_replicas: number };
  state: { last_seq: number };
  cluster?: { replicas?: { current: boolean; lag?: number }[] | null };
}

interface MessageAnswer {
  message?: { seq: number; hdrs?: string; data?: string };
  error?: { code: number; err_code: number; description: string };
}

const NOTHING: Entry = {
  outcome: 'ok',
  found: 'nothing',
  revision: 0,
  body: new Uint8Array(),
  headers: undefined,
};

/** What an entry of a bucket's stream is, by its headers. */
export function entryOf(revision: number, body: Uint8Array, head: MsgHdrs | undefined): Entry {
  const operation = head?.get('KV-Operation') ?? '';
  const reason = head?.get('Nats-Marker-Reason') ?? '';
  const found = operation === 'DEL' ? 'deleted' : operation === 'PURGE' || reason !== '' ? 'purged' : 'value';
  return { outcome: 'ok', found, revision, body, headers: head };
}

/** Headers of a message as the leader gives them: base64 of `NATS/1.0\r\nName: value\r\n…`. */
function headersIn(encoded: string | undefined): MsgHdrs | undefined {
  if (encoded === undefined) return undefined;
  const head = headers();
  for (const line of Buffer.from(encoded, 'base64').toString().split('\r\n').slice(1)) {
    const colon = line.indexOf(':');
    if (colon > 0) head.append(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  return head;
}

/** The revision that was there is told by the next read; without it, refusals are alike. */
function refusalText(error: string): string {
  return error.replace(/: \d+/, '');
}
