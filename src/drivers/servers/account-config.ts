import type { ImportRights } from '../../nats/accounts/crossings.ts';
import type { Permissions, SubjectRights } from '../../nats/accounts/rights.ts';
import type { Json } from '../../support/json.ts';
import type { AccountTerms, ExportSpec } from '../account-terms.ts';

type Fields = Record<string, Json>;

/** The terms of an account as the configuration of a server has them. */
export function termsConfig(terms: AccountTerms): Fields {
  const { defaultPermissions, exports = [], imports = [], mappings = {}, limits = {} } = terms;
  return {
    ...(defaultPermissions ? { default_permissions: permissionsConfig(defaultPermissions) } : {}),
    ...(exports.length > 0 ? { exports: exports.map(exportConfig) } : {}),
    ...(imports.length > 0 ? { imports: imports.map(importConfig) } : {}),
    ...whenAny('mappings', mappingsConfig(mappings)),
    ...whenAny('limits', {
      ...field('max_connections', limits.connections),
      ...field('max_subscriptions', limits.subscriptions),
      ...field('max_payload', limits.payload),
      ...field('max_leafnodes', limits.leafnodes),
    }),
  };
}

/** Limits of JetStream besides those on storage. */
export function jetstreamLimits({ jetstreamLimits: limits = {} }: AccountTerms): Fields {
  return {
    ...field('max_streams', limits.maxStreams),
    ...field('max_consumers', limits.maxConsumers),
    ...field('max_ack_pending', limits.maxAckPending),
    ...field('disk_max_stream_bytes', limits.maxStreamFileBytes),
    ...field('memory_max_stream_bytes', limits.maxStreamMemoryBytes),
    ...field('max_bytes_required', limits.maxBytesRequired),
    ...field('cluster_traffic', limits.clusterTraffic),
  };
}

export function permissionsConfig({ publish, subscribe, responses }: Permissions): Fields {
  return {
    ...(publish ? { publish: rightsConfig(publish) } : {}),
    ...(subscribe ? { subscribe: rightsConfig(subscribe) } : {}),
    ...(responses ? { allow_responses: { max: responses.max, expires: `${responses.expiresMs}ms` } } : {}),
  };
}

function rightsConfig({ allow, deny }: SubjectRights): Fields {
  return { ...field('allow', allow && [...allow]), ...field('deny', deny && [...deny]) };
}

function exportConfig({ kind, subject, accounts, response, thresholdMs, latency }: ExportSpec): Fields {
  return {
    [kind]: subject,
    ...field('accounts', accounts),
    ...field('response_type', response),
    ...field('response_threshold', thresholdMs === undefined ? undefined : `${thresholdMs}ms`),
    ...(latency
      ? { latency: { subject: latency.subject, sampling: Math.round((latency.sampling ?? 1) * 100) } }
      : {}),
  };
}

function importConfig(taken: ImportRights): Fields {
  const { kind, account, subject, to } = taken;
  return {
    [kind]: { account, subject },
    ...field('to', to),
    ...(kind === 'stream' ? field('prefix', taken.prefix) : field('share', taken.share)),
  };
}

function mappingsConfig(mappings: NonNullable<AccountTerms['mappings']>): Fields {
  const destinations = Object.entries(mappings).map(([subject, list]) => [
    subject,
    list.map(({ to, weight, cluster }) => ({
      destination: to,
      weight: Math.round(weight * 100),
      ...field('cluster', cluster),
    })),
  ]);
  return Object.fromEntries(destinations) as Fields;
}

function field(name: string, value: Json | undefined): Fields {
  return value === undefined ? {} : { [name]: value };
}

function whenAny(name: string, fields: Fields): Fields {
  return Object.keys(fields).length === 0 ? {} : { [name]: fields };
}
