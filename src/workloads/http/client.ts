import type { Dispatcher, Pool } from 'undici';
import type { Outcome } from '../../history/events.ts';
import { messageOf } from '../../support/errors.ts';
import type { Bytes, Milliseconds } from '../../support/units.ts';
import type { Expectation } from './expectation.ts';
import type { Request } from './requests.ts';

/** What became of one attempt. */
export interface Attempt {
  outcome: Outcome;
  error?: string;
  /** Whether another attempt may do better. */
  mayRetry: boolean;
}

export interface ClientOptions {
  /** Where requests go, in turn: `http://host:port`, perhaps with the beginning of a path. */
  bases: readonly string[];
  /** Of all together. */
  connections: number;
  timeoutMs: Milliseconds;
  expectation: Expectation;
}

/** More of a body is not read. */
const MOST_BODY: Bytes = 4 * 1024 ** 2;
const CLOSE_MS: Milliseconds = 1000;

/** Sends requests, each on a connection that has no other one at that time. */
export class HttpClient {
  readonly #options: ClientOptions;
  readonly #pools: readonly { pool: Pool; prefix: string }[];
  readonly #open = new Set<AbortController>();
  #givenUp: string | undefined;

  /** @throws TypeError for an address that is none */
  constructor(undici: { Pool: typeof Pool }, options: ClientOptions) {
    this.#options = options;
    const connections = Math.ceil(options.connections / options.bases.length);
    this.#pools = options.bases.map((base) => {
      const { origin, pathname } = new URL(base);
      const pool = new undici.Pool(origin, {
        connections,
        pipelining: 1,
        // Each request has a deadline of its own.
        headersTimeout: 0,
        bodyTimeout: 0,
        connect: { timeout: options.timeoutMs },
      });
      return { pool, prefix: pathname.replace(/\/+$/, '') };
    });
  }

  /** Makes one attempt. Never throws. @param turn which of the places it goes to */
  async attempt(request: Request, turn: number): Promise<Attempt> {
    if (this.#givenUp !== undefined) return { outcome: 'unknown', error: this.#givenUp, mayRetry: false };
    const { pool, prefix } = this.#pools[turn % this.#pools.length] as { pool: Pool; prefix: string };
    const { timeoutMs, expectation } = this.#options;
    const abort = new AbortController();
    this.#open.add(abort);
    const timer = setTimeout(() => abort.abort('no answer in time'), timeoutMs);
    try {
      const { method, path, headers, body } = request;
      const { statusCode, body: answer } = await pool.request({
        method: method,
        path: prefix + path,
        headers,
        signal: abort.signal,
        ...(body === undefined ? {} : { body }),
      });
      const wrong = expectation.wrong(statusCode, await read(answer, expectation), request);
      if (wrong === undefined) return { outcome: 'ok', mayRetry: false };
      return { outcome: 'failed', error: wrong, mayRetry: isPassing(statusCode) };
    } catch (error) {
      if (!abort.signal.aborted) return broken(error);
      return { outcome: 'unknown', error: String(abort.signal.reason), mayRetry: true };
    } finally {
      clearTimeout(timer);
      this.#open.delete(abort);
    }
  }

  /** Ends what is under way: its outcome is unknown. @param why in words */
  giveUp(why: string): void {
    this.#givenUp ??= why;
    for (const abort of this.#open) abort.abort(why);
  }

  /** Never throws. */
  async close(): Promise<void> {
    const destroyed = this.#pools.map(({ pool }) => pool.destroy().catch(() => undefined));
    const late = new Promise((resolve) => setTimeout(resolve, CLOSE_MS).unref());
    await Promise.race([Promise.all(destroyed), late]);
  }
}

/** The rest of an answer is read as well, so that its connection can be used again. */
async function read(body: Dispatcher.ResponseData['body'], { readsBody }: Expectation): Promise<string> {
  if (readsBody) {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size <= MOST_BODY) chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
  }
  await body.dump({ limit: MOST_BODY });
  return '';
}

/** Whether a status says that it may be otherwise soon. */
function isPassing(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

/** Errors of a connection that was never made: nobody can have taken the request. */
const NEVER_SENT: readonly string[] = [
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
];

function broken(error: unknown): Attempt {
  const code = codeOf(error);
  const isUnsent = code !== undefined && NEVER_SENT.includes(code);
  const text = code === undefined ? messageOf(error) : (WORDS[code] ?? code);
  return { outcome: isUnsent ? 'failed' : 'unknown', error: text, mayRetry: true };
}

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  UND_ERR_CONNECT_TIMEOUT: 'no connection in time',
  ECONNRESET: 'the connection was reset before an answer came',
  UND_ERR_SOCKET: 'the connection was closed before an answer came',
  EPIPE: 'the connection was closed before an answer came',
};

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, errors } = error as { code?: unknown; errors?: unknown };
  if (typeof code === 'string') return code;
  return Array.isArray(errors) ? codeOf((errors as unknown[])[0]) : undefined;
}
