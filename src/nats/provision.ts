import type { JetStreamManager } from '@nats-io/jetstream';
import { until } from '../support/deadline.ts';
import type { Milliseconds } from '../support/units.ts';

/** A stream as the server is asked to make it. Durations in ms. */
export interface StreamRequest {
  name: string;
  subjects: string[];
  replicas: number;
  storage: 'file' | 'memory';
  retention: 'limits' | 'interest' | 'workqueue';
  discard: 'old' | 'new';
  maxMessages?: number;
  maxBytes?: number;
  maxAgeMs?: Milliseconds;
  duplicateWindowMs?: Milliseconds;
  mirror?: OriginRequest;
  sources: OriginRequest[];
  /** Where in a super-cluster its replicas are. */
  cluster?: string;
}

export interface OriginRequest {
  stream: string;
  externalApi?: string;
  externalDeliver?: string;
  filterSubject?: string;
}

export interface ConsumerRequest {
  stream: string;
  name: string;
  ackWaitMs: Milliseconds;
  deliver: 'all' | 'new' | 'last';
  maxDeliver?: number;
  maxAckPending?: number;
  filterSubject?: string;
  replicas?: number;
}

export interface ProvisionOptions {
  timeoutMs: Milliseconds;
  signal: AbortSignal;
}

const NS_PER_MS = 1_000_000;

/** Makes a stream; asked again until it is there. @throws ChaosError `timeout` with the server's last word */
export async function addStream(
  jsm: JetStreamManager,
  request: StreamRequest,
  options: ProvisionOptions,
): Promise<void> {
  const config = {
    name: request.name,
    storage: request.storage,
    retention: request.retention,
    discard: request.discard,
    num_replicas: request.replicas,
    ...(request.mirror ? {} : { subjects: request.subjects }),
    ...(request.maxMessages === undefined ? {} : { max_msgs: request.maxMessages }),
    ...(request.maxBytes === undefined ? {} : { max_bytes: request.maxBytes }),
    ...(request.maxAgeMs === undefined ? {} : { max_age: request.maxAgeMs * NS_PER_MS }),
    ...(request.duplicateWindowMs === undefined
      ? {}
      : { duplicate_window: request.duplicateWindowMs * NS_PER_MS }),
    ...(request.mirror ? { mirror: origin(request.mirror) } : {}),
    ...(request.sources.length > 0 ? { sources: request.sources.map(origin) } : {}),
    ...(request.cluster === undefined ? {} : { placement: { cluster: request.cluster } }),
  };
  await repeat(
    () => jsm.streams.add(config as Parameters<typeof jsm.streams.add>[0]),
    `stream ${request.name}`,
    options,
  );
}

/** Makes a durable pull consumer; asked again until it is there. @throws ChaosError `timeout` */
export async function addConsumer(
  jsm: JetStreamManager,
  request: ConsumerRequest,
  options: ProvisionOptions,
): Promise<void> {
  const config = {
    durable_name: request.name,
    ack_policy: 'explicit',
    deliver_policy: request.deliver,
    ack_wait: request.ackWaitMs * NS_PER_MS,
    ...(request.maxDeliver === undefined ? {} : { max_deliver: request.maxDeliver }),
    ...(request.maxAckPending === undefined ? {} : { max_ack_pending: request.maxAckPending }),
    ...(request.filterSubject === undefined ? {} : { filter_subject: request.filterSubject }),
    ...(request.replicas === undefined ? {} : { num_replicas: request.replicas }),
  };
  await addConsumerAsConfigured(jsm, request.stream, config, options);
}

/** The same with a configuration in the server's own words. */
export async function addConsumerAsConfigured(
  jsm: JetStreamManager,
  stream: string,
  config: Record<string, unknown>,
  options: ProvisionOptions,
): Promise<void> {
  await repeat(
    () => jsm.consumers.add(stream, config),
    `consumer ${stream}/${String(config.durable_name)}`,
    options,
  );
}

async function repeat(ask: () => Promise<unknown>, what: string, options: ProvisionOptions): Promise<void> {
  await until(
    async () => {
      await ask();
      return true;
    },
    {
      timeoutMs: options.timeoutMs,
      everyMs: 50,
      signal: options.signal,
      what: `creation of ${what}`,
      fatal: isRefusal,
    },
  );
}

/**
 * Error codes that a young cluster gives as `bad request` and takes back a moment later: its leader does not know
 * all peers yet (10005), or not what they have room for (10023).
 */
const PASSING = new Set<unknown>([10005, 10023]);

/** Whether the server understood and will never agree, such as for overlapping subjects. */
export function isRefusal(error: unknown): boolean {
  const { status, code } = error as { status?: unknown; code?: unknown };
  return error instanceof Error && status === 400 && !PASSING.has(code);
}

function origin(request: OriginRequest): Record<string, unknown> {
  return {
    name: request.stream,
    ...(request.filterSubject === undefined ? {} : { filter_subject: request.filterSubject }),
    ...(request.externalApi === undefined
      ? {}
      : { external: { api: request.externalApi, deliver: request.externalDeliver ?? '' } }),
  };
}
