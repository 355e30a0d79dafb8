import type { ConsumerConfiguration, StreamConfiguration } from '../../nats/configured.ts';
import type { ConsumerSpec, OriginSpec, StreamSpec } from '../spec.ts';

const NS_PER_MS = 1_000_000;

/** What a stream is, other than the file states, in words; fields that the file leaves out may be anything. */
export function streamDifferences(
  spec: StreamSpec,
  stated: readonly string[],
  found: StreamConfiguration,
): string[] {
  const pairs: Record<string, Pair> = {
    subjects: [listed(spec.subjects), listed(found.subjects ?? [])],
    replicas: [spec.replicas, found.num_replicas],
    storage: [spec.storage, found.storage],
    retention: [spec.retention, found.retention],
    discard: [spec.discard, found.discard],
    maxMessages: [spec.maxMessages, found.max_msgs],
    maxBytes: [spec.maxBytes, found.max_bytes],
    maxAge: [milliseconds(spec.maxAgeMs), milliseconds(found.max_age / NS_PER_MS)],
    duplicateWindow: [
      milliseconds(spec.duplicateWindowMs),
      milliseconds((found.duplicate_window ?? 0) / NS_PER_MS),
    ],
    mirror: originPair(spec.mirror ? [spec.mirror] : [], found.mirror ? [found.mirror] : []),
    sources: originPair(spec.sources, found.sources ?? []),
  };
  return worded(spec.address, pairs, stated);
}

/** The same for a consumer, which is always a pull consumer with explicit acknowledgement. */
export function consumerDifferences(
  spec: ConsumerSpec,
  stated: readonly string[],
  found: ConsumerConfiguration,
): string[] {
  const pairs: Record<string, Pair> = {
    type: ['pull', found.deliver_subject === undefined ? 'pull' : 'push'],
    acknowledgement: ['explicit', found.ack_policy],
    ackWait: [milliseconds(spec.ackWaitMs), milliseconds((found.ack_wait ?? 0) / NS_PER_MS)],
    maxDeliver: [spec.maxDeliver, found.max_deliver],
    maxAckPending: [spec.maxAckPending, found.max_ack_pending],
    filter: [spec.filterSubject, found.filter_subject],
    deliver: [spec.deliver, found.deliver_policy],
    replicas: [spec.replicas, found.num_replicas],
  };
  return worded(spec.address, pairs, ['type', 'acknowledgement', ...stated]);
}

/** What the file states, and what is there. */
type Pair = [stated: string | number | undefined, found: string | number | undefined];

function worded(address: string, pairs: Record<string, Pair>, stated: readonly string[]): string[] {
  return Object.entries(pairs)
    .filter(([field, [wanted, found]]) => stated.includes(field) && wanted !== found)
    .map(([field, [wanted, found]]) => `${address} has ${field} ${word(found)}, and not ${word(wanted)}`);
}

function word(value: string | number | undefined): string {
  return value === undefined || value === '' ? 'none' : String(value);
}

function listed(values: readonly string[]): string {
  return [...values].sort().join(' ');
}

function milliseconds(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : `${ms} ms`;
}

/** Origins are compared by name, and by filter and prefixes where the file states them. */
function originPair(wanted: readonly OriginSpec[], found: NonNullable<StreamConfiguration['sources']>): Pair {
  const shown = wanted.map(({ stream, filterSubject, externalApi, externalDeliver }) =>
    [stream, filterSubject ?? '', externalApi ?? '', externalDeliver ?? '']
      .filter((part) => part !== '')
      .join(' '),
  );
  const there = found.map(({ name, filter_subject: filter, external }) => {
    const own = wanted.find((one) => one.stream === name);
    return [
      name,
      own?.filterSubject === undefined ? '' : (filter ?? 'without a filter'),
      own?.externalApi === undefined ? '' : (external?.api ?? 'without an API prefix'),
      own?.externalDeliver === undefined ? '' : (external?.deliver ?? 'without a delivery prefix'),
    ]
      .filter((part) => part !== '')
      .join(' ');
  });
  return [listed(shown), listed(there)];
}
