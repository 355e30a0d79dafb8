import { consumerStated, originStated, streamStated } from '../../nats/assets/settings/declared.ts';
import type { Json } from '../../support/json.ts';
import type { DiscoveredAsset, Note } from '../model.ts';
import type { StreamReading } from './readings.ts';

/** A stream that some server reports, once for the system. */
export interface FoundStream {
  cluster: string;
  account: string;
  /** Of the servers that answered through one address. */
  system: number;
  stream: StreamReading;
}

/** Where a stream of another cluster is looked for. */
export interface Surroundings {
  streams: readonly FoundStream[];
  /** Domain → clusters. */
  domains: ReadonlyMap<string, readonly string[]>;
  /** Clusters that gateways join to this one, itself included. */
  superCluster: (cluster: string) => readonly string[];
}

/** The streams and consumers as an environment states them. */
export function assetsOf(around: Surroundings): {
  streams: DiscoveredAsset[];
  consumers: DiscoveredAsset[];
  notes: Note[];
} {
  const notes: Note[] = [];
  const streams = new Map<string, DiscoveredAsset>();
  const consumers: DiscoveredAsset[] = [];
  for (const found of around.streams) {
    const { cluster, account, stream } = found;
    const address = `${cluster}/${stream.name}`;
    const skipped = whyNot(found, streams.get(address));
    if (skipped !== null) {
      notes.push({ text: skipped });
      continue;
    }
    const fields = streamFields(found, around, notes);
    if (fields === null) continue;
    streams.set(address, { address, account, fields });
    consumers.push(...consumersOf(found, notes));
  }
  return { streams: [...streams.values()], consumers, notes };
}

/** A name that an address can hold. */
const NAME = /^[^\s/@.*>\\{}]+$/;

function whyNot(
  { cluster, account, stream }: FoundStream,
  before: DiscoveredAsset | undefined,
): string | null {
  if (!NAME.test(stream.name))
    return `the stream ${JSON.stringify(stream.name)} of ${cluster} has a name that an environment cannot state; it is left out`;
  if (before !== undefined)
    return `${cluster}/${stream.name} exists in the accounts ${before.account} and ${account}; an environment can name one of them, so that of ${account} is left out`;
  if (stream.config === undefined)
    return `${cluster}/${stream.name}: no server says how it is configured; it is left out`;
  return null;
}

/** @returns null when the stream has to be left out, which a note says */
function streamFields(found: FoundStream, around: Surroundings, notes: Note[]): Record<string, Json> | null {
  const { cluster, stream } = found;
  const config = stream.config ?? {};
  const address = `${cluster}/${stream.name}`;
  const { fields, unknown } = streamStated(config);
  noteUnknown(address, unknown, notes);
  // Its address says already in which cluster it is.
  const placement = fields.placement as { cluster?: string; tags?: Json } | undefined;
  if (placement?.cluster === cluster) {
    Reflect.deleteProperty(placement, 'cluster');
    if (Object.keys(placement).length === 0) Reflect.deleteProperty(fields, 'placement');
  }
  const mirror = config.mirror as Record<string, unknown> | null | undefined;
  const sources = (config.sources ?? []) as Record<string, unknown>[];
  if (mirror !== undefined && mirror !== null) {
    const origin = originOf(mirror, found, around, notes);
    if (origin === null) {
      notes.push({ text: `${address} is left out: an environment has no mirror without its origin` });
      return null;
    }
    fields.mirror = origin;
    // A mirror takes over whether its origin allows direct gets.
    Reflect.deleteProperty(fields, 'mirrorDirect');
  }
  const origins = sources.map((source) => originOf(source, found, around, notes));
  const known = origins.filter((origin) => origin !== null);
  if (known.length > 0) fields.sources = known;
  if (sources.length > known.length && known.length === 0 && fields.subjects === undefined) {
    notes.push({ text: `${address} is left out: none of its sources was found` });
    return null;
  }
  return fields;
}

/** The origin of a mirror or source as an environment names it; null when it was not found, which a note says. */
function originOf(
  config: Record<string, unknown>,
  { cluster, account, system, stream }: FoundStream,
  { streams, domains, superCluster }: Surroundings,
  notes: Note[],
): Json | null {
  const name = String(config.name);
  const external = config.external as { api?: string; deliver?: string } | null | undefined;
  const api = external?.api ?? '';
  const domain = /^\$JS\.([^.]+)\.API$/.exec(api)?.[1];
  const near = streams.filter((one) => one.stream.name === name);
  const where =
    api === ''
      ? near.filter((one) => one.system === system && superCluster(cluster).includes(one.cluster))
      : domain === undefined
        ? near.filter((one) => one.account !== account || one.cluster !== cluster)
        : near.filter((one) => domains.get(domain)?.includes(one.cluster) === true);
  const found = where.find((one) => one.account === account) ?? (where.length === 1 ? where[0] : undefined);
  if (found === undefined) {
    const place = api === '' ? '' : ` (through ${api})`;
    notes.push({
      text: `${cluster}/${stream.name} copies the stream ${name}${place}, which no server that answered has${domain === undefined ? '' : `: give an address of the domain ${domain} too`}`,
    });
    return null;
  }
  const { fields, unknown } = originStated(config);
  noteUnknown(`${cluster}/${stream.name}, from ${name}`, unknown, notes);
  // The prefix of a domain is derived from that of the cluster.
  const more =
    api === '' || domain !== undefined
      ? fields
      : { ...fields, external: { api, ...(external?.deliver ? { deliver: external.deliver } : {}) } };
  const origin = `${found.cluster}/${name}`;
  return Object.keys(more).length === 0 ? origin : { stream: origin, ...more };
}

function consumersOf({ cluster, account, stream }: FoundStream, notes: Note[]): DiscoveredAsset[] {
  let ephemeral = 0;
  const consumers = (stream.consumer_detail ?? []).flatMap(({ name, config = {} }) => {
    if (typeof config.durable_name !== 'string' || config.durable_name === '') {
      ephemeral += 1;
      return [];
    }
    const address = `${cluster}/${stream.name}/${name}`;
    if (!NAME.test(name)) {
      notes.push({
        text: `the consumer ${JSON.stringify(name)} of ${cluster}/${stream.name} has a name that an environment cannot state; it is left out`,
      });
      return [];
    }
    const { fields, unknown } = consumerStated(config);
    noteUnknown(address, unknown, notes);
    return [{ address, account, fields }];
  });
  if (ephemeral > 0)
    notes.push({
      text: `${cluster}/${stream.name} has ${ephemeral} consumer${ephemeral === 1 ? '' : 's'} that ${ephemeral === 1 ? 'is' : 'are'} not durable, and left out`,
    });
  return consumers.sort((a, b) => a.address.localeCompare(b.address, 'en', { numeric: true }));
}

function noteUnknown(address: string, unknown: readonly string[], notes: Note[]): void {
  if (unknown.length === 0) return;
  notes.push({ text: `${address}: an environment has no words for ${unknown.join(', ')}` });
}
