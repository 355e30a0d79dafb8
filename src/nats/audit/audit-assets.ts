import type { AssetsAudit, HeldAsset } from './held-assets.ts';
import { isSettled } from './held-assets.ts';
import { writeOf } from '../assets/asset-config.ts';
import { askApi } from '../assets/api.ts';
import type { Connection } from '../connect.ts';
import { withConnection } from '../connect.ts';
import { getJson } from '../monitor/monitor.ts';
import { sleep } from '../../support/deadline.ts';
import { messageOf } from '../../support/errors.ts';
import type { Milliseconds } from '../../support/units.ts';

/** Between two readings, which must be the same. */
const AGAIN_MS: Milliseconds = 500;
const ANSWER_MS: Milliseconds = 5_000;

export interface AssetsAuditOptions {
  workload: string;
  runId: string;
  account: string;
  /** How many nodes are to hold each stream. */
  replicas: number;
  nodes: readonly { address: string; monitor: string; client: string }[];
  /** Opens a connection to one node, past the proxies. */
  readonly connect: (server: string) => Promise<Connection>;
  /** How long nodes may take to agree. */
  timeoutMs: Milliseconds;
  signal: AbortSignal;
}

/**
 * Reads what each node holds of the streams of a workload, and what the API lists, until all of them agree and go on to
 * agree, or the time is up: then what they say is the result. Never throws; what cannot be read is incomplete.
 */
export async function auditAssets(options: AssetsAuditOptions): Promise<AssetsAudit> {
  const start = performance.now();
  let settled = '';
  for (;;) {
    const reading = await read(options);
    const waitedMs = performance.now() - start;
    const same = JSON.stringify(reading);
    const isOver = waitedMs >= options.timeoutMs || options.signal.aborted;
    if (isOver || (same === settled && reading.complete)) return { ...reading, waitedMs };
    settled = isSettled(reading) ? same : '';
    await sleep(AGAIN_MS, options.signal).catch(() => undefined);
  }
}

async function read(options: AssetsAuditOptions): Promise<Omit<AssetsAudit, 'waitedMs'>> {
  const errors: string[] = [];
  const note = (node: string, thrown: unknown): [] => {
    errors.push(`${node}: ${messageOf(thrown)}`);
    return [];
  };
  const nodes = await Promise.all(
    options.nodes.map(({ address: node, monitor }) =>
      heldBy(monitor, options).then(
        (held) => [{ node, held }],
        (error: unknown) => note(node, error),
      ),
    ),
  );
  const listed = await Promise.all(
    options.nodes.map(({ address: node, client }) =>
      listedBy(client, options).then(
        (streams) => [{ node, streams }],
        (error: unknown) => note(node, error),
      ),
    ),
  );
  const { workload, replicas } = options;
  const all = { workload, replicas, nodes: nodes.flat(), listed: listed.flat() };
  return {
    ...all,
    complete: errors.length === 0,
    ...(errors.length === 0 ? {} : { error: errors.join('; ') }),
  };
}

interface Jsz {
  account_details?: {
    name: string;
    stream_detail?: {
      name: string;
      config?: Record<string, unknown>;
      consumer_detail?: { name: string; config?: Record<string, unknown> }[];
    }[];
  }[];
}

async function heldBy(monitor: string, options: AssetsAuditOptions): Promise<HeldAsset[]> {
  const path = '/jsz?accounts=1&streams=1&consumers=1&config=1';
  const jsz = await getJson<Jsz>(monitor, path, ANSWER_MS);
  const own = jsz.account_details?.find(({ name }) => name === options.account)?.stream_detail ?? [];
  return own
    .filter(({ name }) => isOf(options.workload, name))
    .map((detail) => assetOf(detail, options))
    .sort((a, b) => a.stream.localeCompare(b.stream));
}

function assetOf(
  {
    name,
    config = {},
    consumer_detail: details = [],
  }: NonNullable<NonNullable<Jsz['account_details']>[number]['stream_detail']>[number],
  { runId, workload, replicas }: AssetsAuditOptions,
): HeldAsset {
  const expected = { prefix: `${runId}/${workload}/`, replicas, subject: `${name}.>` };
  const stream = writeOf('stream', config, expected);
  const consumers = details
    .map((one) => ({ name: one.name, ...writeOf('consumer', one.config ?? {}, expected) }))
    .sort((a, b) => a.name.localeCompare(b.name));
  const wrong = [
    ...(stream.wrong === null ? [] : [stream.wrong]),
    ...consumers.flatMap((one) => (one.wrong === null ? [] : [`of ${one.name}: ${one.wrong}`])),
  ];
  return {
    stream: name,
    value: stream.value,
    consumers: Object.fromEntries(consumers.map((one) => [one.name, one.value])),
    ...(wrong.length === 0 ? {} : { wrong: wrong.join('; ') }),
  };
}

async function listedBy(server: string, { connect, workload }: AssetsAuditOptions): Promise<string[]> {
  return withConnection(connect(server), async (connection) => {
    const names: string[] = [];
    for (;;) {
      const page = await askApi<{ streams: string[] | null; total: number }>(connection, 'STREAM.NAMES', {
        offset: names.length,
      });
      const streams = page.streams ?? [];
      names.push(...streams);
      if (streams.length === 0 || names.length >= page.total) break;
    }
    return names.filter((name) => isOf(workload, name)).sort();
  });
}

/** Whether a stream has a name that an `assets` workload gives. */
export function isOf(workload: string, stream: string): boolean {
  return stream.startsWith(`${workload}-`) && /^\d+$/.test(stream.slice(workload.length + 1));
}
