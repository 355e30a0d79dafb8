import type { OperationLog } from '../../history/operation-log.ts';
import type { QuotaOperation } from '../../history/operations.ts';
import { requestAsset, type AssetAnswer } from '../../nats/assets/asset-request.ts';
import type { Connection } from '../../nats/connect.ts';
import { sleep } from '../../support/deadline.ts';
import type { Milliseconds } from '../../support/units.ts';
import type { Client, GivenUp } from '../clients.ts';
import type { Tally } from '../tally.ts';
import type { QuotaOptions } from './options.ts';

export interface QuotaClientOptions {
  connection: Connection;
  options: QuotaOptions;
  workload: string;
  log: OperationLog<QuotaOperation>;
  tally: Tally;
  readonly now: () => Milliseconds;
  /** Resolves when nobody waits for answers any more. */
  givenUp: Promise<GivenUp>;
}

/** The list is asked for again until there is one, so often. */
const LISTS = 10;
const AGAIN_AFTER_MS: Milliseconds = 500;

/** Requests to the JetStream API about what is made. */
interface Api {
  create(name: string): { subject: string; request: object };
  delete(name: string): string;
  names: string;
}

function apiOf({ stream, storage, replicas }: QuotaOptions): Api {
  if (stream === undefined) {
    return {
      create: (name) => ({
        subject: `STREAM.CREATE.${name}`,
        request: { name, subjects: [`${name}.>`], storage, retention: 'limits', num_replicas: replicas },
      }),
      delete: (name) => `STREAM.DELETE.${name}`,
      names: 'STREAM.NAMES',
    };
  }
  const of = stream.split('/')[1] ?? stream;
  return {
    create: (name) => ({
      subject: `CONSUMER.DURABLE.CREATE.${of}.${name}`,
      request: {
        stream_name: of,
        config: {
          durable_name: name,
          ack_policy: 'explicit',
          deliver_policy: 'new',
          mem_storage: storage === 'memory',
          num_replicas: replicas,
        },
      },
    }),
    delete: (name) => `CONSUMER.DELETE.${of}.${name}`,
    names: `CONSUMER.NAMES.${of}`,
  };
}

/** Makes streams or consumers up to the limit, one request at a time. */
export class QuotaClient implements Client {
  readonly #options: QuotaClientOptions;
  readonly #api: Api;
  /** Those that it has made and not tried to delete. */
  readonly #made: string[] = [];
  #last = 0;
  #isFull = false;

  constructor(options: QuotaClientOptions) {
    this.#options = options;
    this.#api = apiOf(options.options);
  }

  /** At the limit it deletes one, so that there is room for one, and not for two. */
  async act(due: Milliseconds): Promise<void> {
    const surplus = this.#isFull ? this.#made.pop() : undefined;
    if (surplus !== undefined) {
      this.#isFull = false;
      await this.#ask('delete', surplus, this.#api.delete(surplus), {}, due);
      return;
    }
    const name = `${this.#options.workload}-${++this.#last}`;
    const { subject, request } = this.#api.create(name);
    const answer = await this.#ask('create', name, subject, request, due);
    if (answer.outcome === 'ok') this.#made.push(name);
    this.#isFull = answer.outcome === 'failed' && answer.refused === 'limit';
  }

  /** Asks how many there are, until there is an answer. */
  async list(isOver: () => boolean): Promise<void> {
    for (let i = 0; i < LISTS && !isOver(); i += 1) {
      const answer = await this.#ask('list', '', this.#api.names, {}, this.#options.now());
      if (answer.outcome === 'ok') return;
      await sleep(AGAIN_AFTER_MS);
    }
  }

  async #ask(
    op: QuotaOperation,
    key: string,
    subject: string,
    request: object,
    due: Milliseconds,
  ): Promise<AssetAnswer> {
    const { connection, options, givenUp, log, tally, workload, now } = this.#options;
    const t = now();
    const asking = requestAsset(connection, subject, request, options.timeout);
    const answer: AssetAnswer = await Promise.race([asking, givenUp]);
    const latencyMs = now() - t;
    const own = answer.outcome === 'ok' ? answer.names.filter((name) => name.startsWith(`${workload}-`)) : [];
    const { outcome } = answer;
    const status = outcome === 'ok' ? { outcome } : statusOf(answer);
    log.append({ t, lateMs: t - due, latencyMs, client: 0, op, key, value: own.length, status });
    // A refusal is an answer, as good as any.
    const isAnswer = answer.outcome === 'ok' || answer.refused !== undefined;
    if (isAnswer) tally.count(t, 'ok', t - due + latencyMs, latencyMs);
    else {
      tally.count(t, answer.outcome);
      tally.error(answer.error);
    }
    return answer;
  }
}

function statusOf({ outcome, error, refused }: Exclude<AssetAnswer, { outcome: 'ok' }>) {
  return { outcome, error, ...(refused === undefined ? {} : { refused }) };
}
