import { coversSubject } from '../../support/subjects.ts';
import type { Ratio } from '../../support/units.ts';
import type { ImportRights } from './crossings.ts';

/** `account_detail` of `/accountz?acc=NAME`: what is used of it here. */
export interface SharingReading {
  exports?: {
    type: 'stream' | 'service';
    subject: string;
    approved_accounts?: string[];
    response_type?: string;
    service_latency?: { sampling?: number; results?: string };
    token_req?: boolean;
  }[];
  imports?: {
    type: 'stream' | 'service';
    account?: string;
    subject?: string;
    local_subject?: string;
    share?: boolean;
    invalid?: boolean;
  }[];
  mappings?: Record<string, { subject: string; weight: number; cluster?: string }[]>;
}

/** What an account exports, as servers show it: how long a service may take to answer is not part of it. */
export interface ShownExport {
  kind: 'stream' | 'service';
  subject: string;
  /** Sorted; left out: every account. */
  accounts?: string[];
  /** Left out: single, or a stream. */
  response?: 'stream' | 'chunked';
  latency?: { subject: string; sampling: Ratio };
}

export interface ShownDestination {
  to: string;
  weight: Ratio;
  cluster?: string;
}

/** What an account shares with others, and the subjects that it maps, as a server shows them. */
export interface ShownSharing {
  exports: ShownExport[];
  imports: ImportRights[];
  /** Subject → the subjects that take its place. */
  mappings: Record<string, ShownDestination[]>;
}

/**
 * What was configured of an account; what every server adds by itself is left out. Servers show the wildcards of a subject that
 * an import is taken to, but not their order: they are numbered as they come.
 *
 * @param system the name of the system account
 */
export function sharingOf(
  { exports = [], imports = [], mappings = {} }: SharingReading,
  system: string | undefined,
): ShownSharing {
  return {
    exports: exports
      .filter(({ subject }) => !OWN_EXPORTS.includes(subject))
      .map(exportOf)
      .sort(byKindAndSubject),
    imports: imports
      .filter(({ account, local_subject: here = '' }) => account !== system || !OWN_IMPORTS.includes(here))
      .flatMap(importOf)
      .sort(byKindAndSubject),
    mappings: Object.fromEntries(
      Object.entries(mappings)
        .filter(([subject]) => !coversSubject('$JS.*.API.>', subject))
        .map(([subject, destinations]) => [subject, destinationsOf(subject, destinations)] as const)
        .sort(([a], [b]) => a.localeCompare(b, 'en')),
    ),
  };
}

/** What the system account of every server exports. */
const OWN_EXPORTS = [
  '$SYS.DEBUG.SUBSCRIBERS',
  '$SYS.REQ.ACCOUNT.*.CONNZ',
  '$SYS.REQ.ACCOUNT.*.STATZ',
  '$SYS.REQ.USER.*.INFO',
  '$JS.API.>',
];

/** Where every account has what it imports of the system account. */
const OWN_IMPORTS = [
  '$SYS.REQ.ACCOUNT.PING.CONNZ',
  '$SYS.REQ.ACCOUNT.PING.STATZ',
  '$SYS.REQ.SERVER.PING.CONNZ',
  '$SYS.REQ.USER.INFO',
  '$JS.API.>',
];

function exportOf(shown: NonNullable<SharingReading['exports']>[number]): ShownExport {
  const {
    type,
    subject,
    approved_accounts: accounts = [],
    response_type: response,
    service_latency: latency,
  } = shown;
  const answers = response === undefined ? undefined : RESPONSES[response];
  return {
    kind: type,
    subject,
    ...(accounts.length === 0 ? {} : { accounts: accounts.toSorted((a, b) => a.localeCompare(b, 'en')) }),
    ...(answers === undefined ? {} : { response: answers }),
    ...(latency?.results === undefined
      ? {}
      : { latency: { subject: latency.results, sampling: (latency.sampling ?? 0) / 100 } }),
  };
}

const RESPONSES: Readonly<Record<string, 'stream' | 'chunked'>> = { Streamed: 'stream', Chunked: 'chunked' };

function importOf(shown: NonNullable<SharingReading['imports']>[number]): ImportRights[] {
  const { type, account, subject, local_subject: here = subject, share, invalid } = shown;
  if (account === undefined || subject === undefined || here === undefined || invalid === true) return [];
  if (type === 'stream' && here.endsWith(`.${subject}`))
    return [{ kind: type, account, subject, prefix: here.slice(0, -subject.length - 1) }];
  const moved = here === subject ? {} : { to: numbered(here) };
  return type === 'stream'
    ? [{ kind: type, account, subject, ...moved }]
    : [{ kind: type, account, subject, ...moved, ...(share === true ? { share } : {}) }];
}

/** Servers add the weights up as they go, and what keeps its subject as a last destination. */
function destinationsOf(
  subject: string,
  shown: NonNullable<SharingReading['mappings']>[string],
): ShownDestination[] {
  const before = new Map<string, number>();
  return shown
    .toSorted((a, b) => a.weight - b.weight)
    .map(({ subject: to, weight, cluster }) => {
      const share = weight - (before.get(cluster ?? '') ?? 0);
      before.set(cluster ?? '', weight);
      return { to, weight: share / 100, ...(cluster === undefined ? {} : { cluster }) };
    })
    .filter(({ to }) => to !== numbered(subject))
    .sort((a, b) => a.to.localeCompare(b.to, 'en'));
}

function numbered(subject: string): string {
  let at = 0;
  return subject
    .split('.')
    .map((word) => (word === '*' ? `$${++at}` : word))
    .join('.');
}

function byKindAndSubject(
  a: { kind: string; subject: string },
  b: { kind: string; subject: string },
): number {
  return `${a.kind} ${a.subject}`.localeCompare(`${b.kind} ${b.subject}`, 'en');
}
