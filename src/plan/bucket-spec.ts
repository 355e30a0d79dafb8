import type { OriginSpec, StreamSpec } from '../drivers/spec.ts';
import {
  streamOfBucket,
  streamOfObjectBucket,
  subjectsOfObjectBucket,
} from '../experiment/resolve/inventory.ts';
import type { Environment } from '../experiment/schema/environment.ts';
import type { ServerSetting } from '../nats/assets/settings/config.ts';
import { defined } from './defined.ts';

type Bucket = Environment['buckets'][string];
type ObjectBucket = Environment['objectBuckets'][string];

/** NATS's own default, and the most that a server allows. */
const DUPLICATE_WINDOW_MS = 120_000;
const NS_PER_MS = 1_000_000;

/**
 * The stream behind a bucket, as the clients of NATS make it.
 *
 * @param originOf how another bucket's stream is reached
 */
export function bucketSpec(
  address: string,
  bucket: Bucket,
  firstAccount: string,
  originOf: (stream: string) => OriginSpec,
): StreamSpec {
  const [cluster = '', name = ''] = address.split('/');
  const { mirror, sources = [], ttl } = bucket;
  return {
    address: streamOfBucket(address),
    cluster,
    name: `KV_${name}`,
    account: bucket.account ?? firstAccount,
    subjects: mirror === undefined ? [`$KV.${name}.>`] : [],
    replicas: bucket.replicas,
    storage: bucket.storage,
    retention: 'limits',
    discard: 'new',
    sources: sources.map((from) => ({
      ...originOf(streamOfBucket(from)),
      subjectTransforms: [{ from: `$KV.${from.split('/')[1] ?? ''}.>`, to: `$KV.${name}.>` }],
    })),
    settings: settingsOf(bucket).filter((one) => one !== undefined),
    ...defined({
      maxAgeMs: ttl,
      mirror: mirror === undefined ? undefined : originOf(streamOfBucket(mirror)),
    }),
  };
}

/** The stream behind an object bucket, as the clients of NATS make it. */
export function objectBucketSpec(address: string, bucket: ObjectBucket, firstAccount: string): StreamSpec {
  const [cluster = '', name = ''] = address.split('/');
  const settings = [
    { field: '', key: 'allow_rollup_hdrs', value: true },
    { field: '', key: 'allow_direct', value: true },
    ...commonSettings(bucket),
  ];
  return {
    address: streamOfObjectBucket(address),
    cluster,
    name: `OBJ_${name}`,
    account: bucket.account ?? firstAccount,
    subjects: subjectsOfObjectBucket(name),
    replicas: bucket.replicas,
    storage: bucket.storage,
    retention: 'limits',
    discard: 'new',
    sources: [],
    settings: settings.filter((one) => one !== undefined),
    ...defined({ maxAgeMs: bucket.ttl }),
  };
}

/** Field of a bucket → field of its stream, where both are compared under another name. */
export const BUCKET_FIELDS: Readonly<Record<string, string>> = { ttl: 'maxAge' };

function settingsOf(bucket: Bucket): (ServerSetting | undefined)[] {
  const windowMs = Math.min(bucket.ttl ?? DUPLICATE_WINDOW_MS, DUPLICATE_WINDOW_MS);
  const { history, maxValueSize, allowDirect, limitMarkerTtl, republish } = bucket;
  return [
    { field: 'history', key: 'max_msgs_per_subject', value: history },
    { field: '', key: 'allow_rollup_hdrs', value: true },
    { field: '', key: 'deny_delete', value: true },
    { field: 'allowDirect', key: 'allow_direct', value: allowDirect },
    bucket.mirror === undefined ? undefined : { field: '', key: 'mirror_direct', value: allowDirect },
    bucket.mirror === undefined
      ? { field: '', key: 'duplicate_window', value: windowMs * NS_PER_MS, form: 'duration' }
      : undefined,
    setting('maxValueSize', 'max_msg_size', maxValueSize),
    ...commonSettings(bucket),
    setting(
      'republish',
      'republish',
      republish &&
        defined({
          src: republish.source,
          dest: republish.destination,
          headers_only: republish.headersOnly,
        }),
    ),
    ...(limitMarkerTtl === undefined
      ? []
      : [
          { field: '', key: 'allow_msg_ttl', value: true },
          {
            field: 'limitMarkerTtl',
            key: 'subject_delete_marker_ttl',
            value: limitMarkerTtl * NS_PER_MS,
            form: 'duration' as const,
            since: '2.11',
          },
        ]),
  ];
}

/** Settings that both kinds of buckets have. */
function commonSettings(bucket: Bucket | ObjectBucket): (ServerSetting | undefined)[] {
  const { compression, placement } = bucket;
  return [
    setting('maxBytes', 'max_bytes', bucket.maxBytes),
    setting(
      'compression',
      'compression',
      compression === undefined ? undefined : compression ? 's2' : 'none',
    ),
    setting('description', 'description', bucket.description),
    setting('metadata', 'metadata', bucket.metadata),
    setting('placement', 'placement', placement === undefined ? undefined : defined(placement)),
  ];
}

function setting(
  field: string,
  key: string,
  value: ServerSetting['value'] | undefined,
): ServerSetting | undefined {
  return value === undefined ? undefined : { field, key, value };
}
