import type { ConsumerConfiguration, StreamConfiguration } from '../../nats/assets/configured.ts';
import { originConfig, type ServerSetting } from '../../nats/assets/settings/config.ts';
import type { ConsumerSpec, OriginSpec, StreamSpec } from '../spec.ts';
import { consumerRequest, originDeclared } from './requests.ts';

const NS_PER_MS = 1_000_000;

/** How a stream differs from the file, in words; only fields that the file states are compared. */
export function streamDifferences(
  spec: StreamSpec,
  stated: readonly string[],
  found: StreamConfiguration,
): string[] {
  const compared = comparisonsOfStream(spec, found).filter(({ field }) => stated.includes(field));
  return worded(spec.address, compared);
}

/** The same for a consumer; whether it pulls and how it is acknowledged is always compared. */
export function consumerDifferences(
  spec: ConsumerSpec,
  stated: readonly string[],
  found: ConsumerConfiguration,
): string[] {
  const compared = comparisonsOfConsumer(spec, found).filter(({ field }) =>
    ['type', 'ackPolicy', ...stated].includes(field),
  );
  return worded(spec.address, compared);
}

/** What a stream that was just made lacks of all that was asked for: an older server ignores what it does not know. */
export function untakenOfStream(spec: StreamSpec, found: StreamConfiguration): string[] {
  // What no field states may be changed by the server: a mirror follows its origin in mirror_direct.
  const stated = comparisonsOfStream(spec, found).filter(({ field }) => field !== '');
  return worded(spec.address, stated);
}

export function untakenOfConsumer(spec: ConsumerSpec, found: ConsumerConfiguration): string[] {
  return worded(spec.address, comparisonsOfConsumer(spec, found));
}

/** One field: what the file states, and what the server has. */
interface Comparison {
  field: string;
  wanted: Value;
  found: Value;
  /** The first series of nats-server that knows it. */
  since?: string | undefined;
}
type Value = string | number | boolean | undefined;

function comparisonsOfStream(spec: StreamSpec, found: StreamConfiguration): Comparison[] {
  return [
    { field: 'subjects', wanted: listed(spec.subjects), found: listed(found.subjects ?? []) },
    { field: 'replicas', wanted: spec.replicas, found: found.num_replicas },
    { field: 'storage', wanted: spec.storage, found: found.storage },
    { field: 'retention', wanted: spec.retention, found: found.retention },
    { field: 'discard', wanted: spec.discard, found: found.discard },
    ...(spec.maxAgeMs === undefined
      ? []
      : [
          {
            field: 'maxAge',
            wanted: `${spec.maxAgeMs} ms`,
            found: `${found.max_age / NS_PER_MS} ms`,
          },
        ]),
    originComparison('mirror', spec.mirror ? [spec.mirror] : [], found.mirror ? [found.mirror] : []),
    originComparison('sources', spec.sources, found.sources ?? []),
    ...(spec.settings ?? []).map((setting) => settingComparison(setting, found[setting.key])),
  ];
}

function comparisonsOfConsumer(spec: ConsumerSpec, found: ConsumerConfiguration): Comparison[] {
  const settings = consumerRequest(spec);
  const pushes = settings.some(({ key }) => key === 'deliver_subject');
  return [
    {
      field: 'type',
      wanted: pushes ? 'push' : 'pull',
      found: found.deliver_subject === undefined ? 'pull' : 'push',
    },
    ...settings.map((setting) => settingComparison(setting, found[setting.key])),
  ];
}

function worded(address: string, compared: readonly Comparison[]): string[] {
  return compared
    .filter(({ wanted, found }) => wanted !== found)
    .map(({ field, wanted, found, since }) => {
      const needs = since === undefined ? '' : `; it needs nats-server ${since}`;
      return `${address} has ${field} ${word(found)}, and not ${word(wanted)}${needs}`;
    });
}

function word(value: Value): string {
  return value === undefined || value === '' ? 'none' : String(value);
}

function listed(values: readonly string[]): string {
  return [...values].sort().join(' ');
}

function settingComparison({ field, value, form, since }: ServerSetting, there: unknown): Comparison {
  const pair = { field, since };
  if (form === 'duration' && typeof value === 'number') {
    const found = typeof there === 'number' ? there : 0;
    return { ...pair, wanted: `${value / NS_PER_MS} ms`, found: `${found / NS_PER_MS} ms` };
  }
  if (form === 'time') return { ...pair, wanted: instant(value), found: instant(there) };
  if (typeof value === 'object' && value !== null) {
    return { ...pair, wanted: JSON.stringify(value), found: JSON.stringify(likeIn(value, there)) };
  }
  // What the server leaves out is its zero.
  const zero = typeof value === 'boolean' ? false : value === 'default' ? value : undefined;
  return { ...pair, wanted: value ?? undefined, found: (there as Value) ?? zero };
}

/** Of what the server has, the parts that are wanted, in the same order: it may add to a map of its own accord. */
function likeIn(wanted: unknown, there: unknown): unknown {
  if (Array.isArray(wanted)) {
    if (!Array.isArray(there)) return there;
    return there.map((one: unknown, i) => likeIn(wanted[i], one));
  }
  if (typeof wanted !== 'object' || wanted === null) return there;
  const map = (there ?? {}) as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(wanted).flatMap(([key, part]) =>
      key in map
        ? [[key, likeIn(part, map[key])]]
        : // A flag that is off, and an empty map, are left out.
          part === false
          ? [[key, false]]
          : [],
    ),
  );
}

function instant(value: unknown): string | undefined {
  const ms = typeof value === 'string' ? Date.parse(value) : NaN;
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
}

/** Origins are compared by name, and by what else the file states of them. */
function originComparison(
  field: string,
  wanted: readonly OriginSpec[],
  found: NonNullable<StreamConfiguration['sources']>,
): Comparison {
  const shown = wanted.map((origin) =>
    partsOf([origin.stream, origin.externalApi, origin.externalDeliver, ...settingsOf(origin)]),
  );
  const there = found.map((origin) => {
    const own = wanted.find((one) => one.stream === origin.name);
    const stated = own === undefined ? {} : originConfig(originDeclared(own));
    return partsOf([
      origin.name,
      own?.externalApi === undefined ? '' : (origin.external?.api ?? 'without an API prefix'),
      own?.externalDeliver === undefined ? '' : (origin.external?.deliver ?? 'without a delivery prefix'),
      ...Object.entries(stated).map(([key, value]) => asText(key, likeIn(value, origin[key]))),
    ]);
  });
  return { field, wanted: listed(shown), found: listed(there) };
}

function settingsOf(origin: OriginSpec): string[] {
  return Object.entries(originConfig(originDeclared(origin))).map(([key, value]) => asText(key, value));
}

function asText(key: string, value: unknown): string {
  if (key === 'opt_start_time') return instant(value) ?? 'without a start';
  if (value === undefined) return key === 'filter_subject' ? 'without a filter' : `without ${key}`;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function partsOf(parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join(' ');
}
