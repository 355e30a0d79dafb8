import { isDeepStrictEqual } from 'node:util';
import { sharingOf, type ShownDestination, type ShownExport } from '../../nats/accounts/shown-sharing.ts';
import type { Json } from '../../support/json.ts';
import type { DiscoveredAccount, Note } from '../model.ts';
import type { AccountReading, ServerReading } from './readings.ts';

/** What an account shares and maps, as an environment states it; what it cannot state becomes a note. */
export function sharedFields(
  account: DiscoveredAccount,
  readings: readonly ServerReading[],
  nameOf: (key: string) => string,
  notes: Note[],
): Record<string, Json> {
  const { name, remark: key = name } = account;
  const all = readings.flatMap(({ details, accountz }) => {
    const detail = details?.[key];
    return detail === undefined ? [] : [{ detail, shown: sharingOf(detail, accountz?.system_account) }];
  });
  const [first] = all;
  if (first === undefined) return {};
  if (all.some(({ shown }) => !isDeepStrictEqual(shown, first.shown))) {
    notes.push({
      text: `exports, imports and mappings of the account ${name} are left out: they differ from server to server`,
    });
    return {};
  }
  noteUnstated(name, first.detail, notes);
  const { exports, imports, mappings } = first.shown;
  return {
    ...(exports.length === 0 ? {} : { exports: exports.map((one) => exportField(one, nameOf)) }),
    ...(imports.length === 0
      ? {}
      : { imports: imports.map((one) => ({ ...one, account: nameOf(one.account) })) }),
    ...(Object.keys(mappings).length === 0 ? {} : { mappings: mappingsField(mappings) }),
  };
}

function noteUnstated(name: string, { exports = [], imports = [] }: AccountReading, notes: Note[]): void {
  for (const { subject } of exports.filter(({ token_req: token }) => token === true))
    notes.push({ text: `${subject}, which the account ${name} exports, needs an activation token` });
  for (const { subject = 'a subject', account = 'another account' } of imports.filter(
    ({ invalid }) => invalid,
  ))
    notes.push({ text: `the account ${name} imports ${subject} of ${account}, which servers call invalid` });
  const reordered = imports.filter(({ local_subject: to = '' }) => to.split('*').length > 2);
  for (const { subject = '', local_subject: to = '' } of reordered)
    notes.push({
      text: `the account ${name} imports ${subject} to ${to}: servers do not show the order of its wildcards, which are taken as they come`,
    });
}

function exportField(
  { kind, subject, accounts, response, latency }: ShownExport,
  nameOf: (key: string) => string,
): Json {
  return {
    kind,
    subject,
    ...(accounts === undefined ? {} : { accounts: accounts.map(nameOf) }),
    ...(response === undefined ? {} : { response }),
    ...(latency === undefined
      ? {}
      : { latency: { subject: latency.subject, sampling: percent(latency.sampling) } }),
  };
}

function mappingsField(mappings: Record<string, ShownDestination[]>): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(mappings).map(([subject, destinations]) => [
      subject,
      destinations.map(({ to, weight, cluster }) => ({
        to,
        ...(weight === 1 ? {} : { weight: percent(weight) }),
        ...(cluster === undefined ? {} : { cluster }),
      })),
    ]),
  );
}

function percent(ratio: number): string {
  return `${Math.round(ratio * 100)}%`;
}
