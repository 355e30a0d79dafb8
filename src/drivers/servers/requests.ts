import {
  asConfig,
  consumerSettingsOf,
  originConfig,
  type ServerSetting,
} from '../../nats/assets/settings/config.ts';
import type { Json } from '../../support/json.ts';
import type { ConsumerSpec, OriginSpec, StreamSpec } from '../spec.ts';

const NS_PER_MS = 1_000_000;

/** What the server is asked for a stream. @param cluster the cluster of a super-cluster that is to hold it */
export function streamRequest(spec: StreamSpec, cluster?: string): { name: string } & Record<string, Json> {
  const { mirror, sources, maxAgeMs } = spec;
  const { placement, ...others } = asConfig(spec.settings ?? []);
  const where = {
    ...(cluster === undefined ? {} : { cluster }),
    ...(placement as Record<string, Json> | undefined),
  };
  return {
    name: spec.name,
    storage: spec.storage,
    retention: spec.retention,
    discard: spec.discard,
    num_replicas: spec.replicas,
    ...(mirror || spec.subjects.length === 0 ? {} : { subjects: spec.subjects }),
    ...(maxAgeMs === undefined ? {} : { max_age: maxAgeMs * NS_PER_MS }),
    ...(mirror ? { mirror: origin(mirror) } : {}),
    ...(sources.length > 0 ? { sources: sources.map(origin) } : {}),
    ...(Object.keys(where).length === 0 ? {} : { placement: where }),
    ...others,
  };
}

/** What the server is asked for a consumer, setting by setting. */
export function consumerRequest(spec: ConsumerSpec): ServerSetting[] {
  const { settings, ackWaitMs, filterSubject, filterSubjects } = spec;
  if (settings !== undefined) return settings;
  const declared = { ackPolicy: 'explicit', deliver: 'all', ackWait: ackWaitMs };
  return consumerSettingsOf({ ...declared, filter: filterSubject, filters: filterSubjects });
}

function origin(from: OriginSpec): Record<string, Json> {
  return {
    name: from.stream,
    ...originConfig(originDeclared(from)),
    ...(from.externalApi === undefined
      ? {}
      : { external: { api: from.externalApi, deliver: from.externalDeliver ?? '' } }),
  };
}

/** What is stated of an origin, in the words of the language. */
export function originDeclared(from: OriginSpec): Record<string, unknown> {
  const { filterSubject, subjectTransforms, startSequence, startTime } = from;
  return { filter: filterSubject, transforms: subjectTransforms, startSequence, startTime };
}
