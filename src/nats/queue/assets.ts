import { CHUNK_BYTES, KEEP_MS, MAX_REQUEST_BYTES, MAX_STATE_BYTES } from '../../fleet/limits.ts';
import type { QueueNames } from '../../fleet/names.ts';
import { ChaosError } from '../../support/errors.ts';
import { ApiRefusal, askApi } from '../assets/api.ts';
import type { Connection } from '../connect.ts';
import type { Queue } from './queue.ts';

/** What a queue has on its cluster. */
export interface QueueAssets {
  /** Of each: 3 where the cluster has three servers for it, otherwise 1. */
  replicas: number;
}

const NANOS = 1_000_000;
/** `err_code` of a server that stands alone, and of a cluster that has not so many servers. */
const TOO_FEW_SERVERS = [10_074, 10_005];
const STREAM_NOT_FOUND = 10_059;
const NAME_IN_USE = 10_058;

/**
 * Makes what the queue lacks, and gives three replicas to what was made while there were fewer servers. Settings that
 * somebody has changed stay.
 *
 * @throws ChaosError when the cluster refuses, or its user may not do this
 */
export async function ensureAssets({ connection, names }: Queue): Promise<QueueAssets> {
  const replicas = await Promise.all(streamsOf(names).map((config) => ensureStream(connection, config)));
  return { replicas: Math.min(...replicas) };
}

interface StreamConfig extends Record<string, unknown> {
  name: string;
  num_replicas?: number;
}

async function ensureStream(connection: Connection, config: StreamConfig): Promise<number> {
  const there = await streamInfo(connection, config.name);
  if (there === null) return createStream(connection, config);
  const replicas = there.config.num_replicas ?? 1;
  // A server that stands alone accepts any number, and keeps one.
  if (there.cluster?.name === undefined) return 1;
  if (replicas >= 3) return replicas;
  return (await changed(connection, { ...there.config, num_replicas: 3 })) ? 3 : replicas;
}

async function createStream(connection: Connection, config: StreamConfig): Promise<number> {
  for (const replicas of [3, 1]) {
    try {
      await askApi(connection, `STREAM.CREATE.${config.name}`, { ...config, num_replicas: replicas });
      return replicas;
    } catch (thrown) {
      if (isRefusal(thrown, [NAME_IN_USE]))
        return (await streamInfo(connection, config.name))?.config.num_replicas ?? 1;
      if (replicas === 1 || !isRefusal(thrown, TOO_FEW_SERVERS)) throw thrown;
    }
  }
  throw new ChaosError('failed', `the stream ${config.name} cannot be made`);
}

/** @returns false where the cluster has too few servers, and for a user that may not change streams: it works with one replica */
async function changed(connection: Connection, config: StreamConfig): Promise<boolean> {
  return askApi(connection, `STREAM.UPDATE.${config.name}`, config).then(
    () => true,
    () => false,
  );
}

interface StreamInfo {
  config: StreamConfig;
  cluster?: { name?: string };
}

async function streamInfo(connection: Connection, name: string): Promise<StreamInfo | null> {
  try {
    return await askApi<StreamInfo>(connection, `STREAM.INFO.${name}`);
  } catch (thrown) {
    if (isRefusal(thrown, [STREAM_NOT_FOUND])) return null;
    throw thrown;
  }
}

function isRefusal(thrown: unknown, codes: readonly number[]): boolean {
  return thrown instanceof ApiRefusal && codes.includes(thrown.apiCode ?? 0);
}

function streamsOf(names: QueueNames): StreamConfig[] {
  const week = KEEP_MS * NANOS;
  return [
    {
      name: names.runs,
      subjects: [`${names.subject}.>`],
      retention: 'workqueue',
      storage: 'file',
      max_age: week,
      max_msg_size: MAX_REQUEST_BYTES,
      // A run that is still queued is not queued again: to publish it once more is harmless.
      max_msgs_per_subject: 1,
      discard: 'new',
      discard_new_per_subject: true,
    },
    bucket(`KV_${names.control}`, `$KV.${names.control}.>`, {}),
    bucket(`KV_${names.states}`, `$KV.${names.states}.>`, { max_age: week }),
    objects(names.bundles, week),
    objects(names.reports, week),
  ];
}

function bucket(name: string, subject: string, others: object): StreamConfig {
  return {
    name,
    subjects: [subject],
    retention: 'limits',
    storage: 'file',
    max_msgs_per_subject: 1,
    max_msg_size: MAX_STATE_BYTES,
    discard: 'new',
    allow_rollup_hdrs: true,
    allow_direct: true,
    deny_delete: true,
    ...others,
  };
}

function objects(name: string, maxAge: number): StreamConfig {
  return {
    name: `OBJ_${name}`,
    subjects: [`$O.${name}.C.>`, `$O.${name}.M.>`],
    retention: 'limits',
    storage: 'file',
    max_age: maxAge,
    max_msg_size: CHUNK_BYTES + 1_024,
    discard: 'new',
    allow_rollup_hdrs: true,
    allow_direct: true,
  };
}
