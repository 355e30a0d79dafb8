import { withWildcards, type ImportRights } from '../../nats/accounts/crossings.ts';
import {
  sharingOf,
  type SharingReading,
  type ShownDestination,
  type ShownExport,
  type ShownSharing,
} from '../../nats/accounts/shown-sharing.ts';
import { getJson } from '../../nats/monitor/monitor.ts';
import type { ExportSpec } from '../account-terms.ts';
import type { NodeInfo } from '../driver.ts';
import type { AccountSpec } from '../spec.ts';

/** `/accountz?acc=NAME`. */
interface Answer {
  system_account?: string;
  account_detail?: SharingReading;
}

/**
 * What a file says of exports, imports and mappings of accounts and servers do not have, in words. One server of each cluster
 * is asked. Servers in operator mode know accounts by their keys, and say nothing of a name.
 *
 * @throws when a monitoring endpoint does not answer
 */
export async function sharingDifferences(
  accounts: readonly AccountSpec[],
  nodes: readonly NodeInfo[],
): Promise<string[]> {
  const monitors = new Map(nodes.toReversed().map((node) => [node.cluster, node.monitor]));
  const stating = accounts.filter(({ exports, imports, mappings }) => exports ?? imports ?? mappings);
  const differences = stating.flatMap((account) =>
    [...monitors].map(async ([cluster, monitor]) => {
      const path = `/accountz?acc=${encodeURIComponent(account.name)}`;
      const { system_account: system, account_detail: detail } = await getJson<Answer>(monitor, path);
      return detail === undefined ? [] : differencesOf(account, cluster, sharingOf(detail, system));
    }),
  );
  return (await Promise.all(differences)).flat();
}

/** Pure; only what the file states is compared. */
export function differencesOf(
  { name, exports = [], imports = [], mappings = {} }: AccountSpec,
  cluster: string,
  shown: ShownSharing,
): string[] {
  const lacks = (verb: string, stated: readonly string[], has: readonly string[]): string[] =>
    stated
      .filter((words) => !has.includes(words))
      .map((words) => {
        const listed = has.length === 0 ? 'nothing' : has.join('; ');
        return `the account ${name} on ${cluster} does not ${verb} ${words}: it ${verb}s ${listed}`;
      });
  const mapped = (all: Readonly<Record<string, readonly ShownDestination[]>>): string[] =>
    Object.entries(all).map(([subject, destinations]) => mappingWords(subject, destinations));
  return [
    ...lacks('export', exports.map(exportWords), shown.exports.map(exportWords)),
    ...lacks('import', imports.map(importWords), shown.imports.map(importWords)),
    ...lacks('map', mapped(mappings), mapped(shown.mappings)),
  ];
}

/** How long an answer may take is not part of it: servers do not show it. */
function exportWords({
  kind,
  subject,
  accounts,
  response = 'single',
  latency,
}: ExportSpec | ShownExport): string {
  return [
    `the ${kind} ${subject}`,
    ...(accounts === undefined ? [] : [`to ${accounts.toSorted().join(' and ')}`]),
    ...(response === 'single' ? [] : [`with a response of ${response}`]),
    ...(latency === undefined
      ? []
      : [`with ${percent(latency.sampling ?? 1)} of latencies on ${latency.subject}`]),
  ].join(' ');
}

function importWords(taken: ImportRights): string {
  const { kind, account, subject, to } = taken;
  return [
    `the ${kind} ${subject} of ${account}`,
    ...(kind === 'stream' && taken.prefix !== undefined ? [`under ${taken.prefix}`] : []),
    ...(to === undefined || to === subject ? [] : [`as ${withWildcards(to)}`]),
    ...(kind === 'service' && taken.share === true ? ['with who asks'] : []),
  ].join(' ');
}

function mappingWords(subject: string, destinations: readonly ShownDestination[]): string {
  const all = destinations
    .map(({ to, weight, cluster }) => {
      const where = cluster === undefined ? '' : ` in ${cluster}`;
      return `${withWildcards(to)} (${percent(weight)}${where})`;
    })
    .toSorted();
  return `${subject} to ${all.join(' and ')}`;
}

function percent(ratio: number): string {
  return `${Math.round(ratio * 100)} %`;
}
