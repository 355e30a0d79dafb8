import type { OperationLog } from '../../history/operation-log.ts';
import type { AssetOperation } from '../../history/operations.ts';
import { requestAsset, type AssetAnswer } from '../../nats/assets/asset-request.ts';
import { isOf } from '../../nats/audit/audit-assets.ts';
import { consumerConfig, streamConfig } from '../../nats/assets/asset-config.ts';
import type { Connection } from '../../nats/connect.ts';
import { identityOf } from '../../support/message-body.ts';
import type { Random } from '../../support/random.ts';
import type { Milliseconds } from '../../support/units.ts';
import type { Client, GivenUp } from '../clients.ts';
import type { Tally } from '../tally.ts';
import type { AssetsOptions } from './options.ts';

export interface AssetsClientOptions {
  /** From 0. */
  number: number;
  connection: Connection;
  options: AssetsOptions;
  /** Each operation as often as it is to be chosen. */
  operations: readonly AssetOperation[];
  runId: string;
  workload: string;
  /** This workload's code. */
  by: number;
  random: Random;
  log: OperationLog<AssetOperation>;
  tally: Tally;
  /** The number of the next write of the workload. */
  readonly nextValue: () => number;
  readonly now: () => Milliseconds;
  /** Resolves when nobody waits for answers any more. */
  givenUp: Promise<GivenUp>;
}

/** One client of the JetStream API: one operation at a time. */
export class AssetsClient implements Client {
  readonly #options: AssetsClientOptions;

  constructor(options: AssetsClientOptions) {
    this.#options = options;
  }

  async act(due: Milliseconds): Promise<void> {
    const { operations, options, random, workload, now } = this.#options;
    const op = operations[Math.floor(random.next() * operations.length)] ?? 'list';
    const stream = `${workload}-${1 + Math.floor(random.next() * options.names)}`;
    const consumer = `worker-${1 + Math.floor(random.next() * options.consumers)}`;
    const t = now();
    if (op === 'list' || op === 'listed') {
      const answer = await this.#ask('STREAM.NAMES', {});
      this.#listed(answer, { due, t, end: now() });
      return;
    }
    const value = this.#options.nextValue();
    const answer = await this.#ask(...this.#requestOf(op, stream, consumer, value));
    const key = op.endsWith('Consumer') ? `${stream}/${consumer}` : stream;
    this.#wrote(op, key, value, answer, { due, t, end: now() });
  }

  #requestOf(op: AssetOperation, stream: string, consumer: string, value: number): [string, object] {
    const { options, runId, workload } = this.#options;
    const identity = identityOf(runId, workload, value);
    switch (op) {
      case 'create':
        return [`STREAM.CREATE.${stream}`, streamConfig(stream, identity, value, options)];
      case 'update':
        return [`STREAM.UPDATE.${stream}`, streamConfig(stream, identity, value, options)];
      case 'delete':
        return [`STREAM.DELETE.${stream}`, {}];
      case 'deleteConsumer':
        return [`CONSUMER.DELETE.${stream}.${consumer}`, {}];
      default: {
        const config = consumerConfig(consumer, identity, value);
        const action = op === 'createConsumer' ? 'create' : 'update';
        return [`CONSUMER.CREATE.${stream}.${consumer}`, { stream_name: stream, config, action }];
      }
    }
  }

  #wrote(op: AssetOperation, key: string, value: number, answer: AssetAnswer, times: Times): void {
    const { number, by, log } = this.#options;
    log.append({ ...base(times), client: number, op, key, by, value, status: statusOf(answer) });
    this.#count(answer, times);
  }

  /** One row for the list, and one for each name of the workload in it. */
  #listed(answer: AssetAnswer, times: Times): void {
    const { number, log, workload } = this.#options;
    const common = { ...base(times), client: number };
    const names = answer.outcome === 'ok' ? answer.names.filter((name) => isOf(workload, name)) : [];
    log.append({ ...common, op: 'list', key: '', value: names.length, status: statusOf(answer) });
    for (const key of names) log.append({ ...common, op: 'listed', key, status: { outcome: 'ok' } });
    this.#count(answer, times);
  }

  /** That something is there already, or is not there, is an answer, as good as any. */
  #count(answer: AssetAnswer, { due, t, end }: Times): void {
    const { tally } = this.#options;
    const isAnswer = answer.outcome === 'ok' || answer.refused !== undefined;
    if (isAnswer) tally.count(t, 'ok', end - due, end - t);
    else {
      tally.count(t, answer.outcome);
      tally.error(answer.error);
    }
  }

  #ask(subject: string, request: object): Promise<AssetAnswer> {
    const { connection, options, givenUp } = this.#options;
    return Promise.race([requestAsset(connection, subject, request, options.timeout), givenUp]);
  }
}

/** When an operation was due, sent and answered. */
interface Times {
  due: Milliseconds;
  t: Milliseconds;
  end: Milliseconds;
}

function base({ due, t, end }: Times) {
  return { t, lateMs: t - due, latencyMs: end - t };
}

function statusOf(answer: AssetAnswer) {
  if (answer.outcome === 'ok') return { outcome: 'ok' as const };
  const { outcome, error, refused } = answer;
  return { outcome, error, ...(refused === undefined ? {} : { refused }) };
}
