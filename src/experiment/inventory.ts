import { entriesOf, field, itemsOf, numberOf, textOf, textsOf } from './lenient.ts';

export interface StreamEntry {
  cluster: string;
  account: string | undefined;
  subjects: string[];
  replicas: number;
  /** `cluster/stream`. */
  mirror: string | undefined;
  sources: string[];
}

interface LinkEntry {
  kind: string;
  clusters: [string, string];
  account: string | undefined;
}

/** Everything that an environment names, as far as it can be read. */
export interface Inventory {
  name: string;
  /** Whether its servers run already: nobody here makes their links. */
  attached: boolean;
  clusters: Map<string, { nodes: string[]; domain: string | undefined }>;
  accounts: string[];
  /** Those that may store no more than so much in files. */
  limitedAccounts: string[];
  /** The account that things belong to that name none. */
  defaultAccount: string | undefined;
  streams: Map<string, StreamEntry>;
  consumers: string[];
  links: LinkEntry[];
}

/** What an experiment names, as far as it can be read. */
export interface Cast {
  /** Name → kind. */
  workloads: Map<string, string>;
  phases: string[];
}

export function inventoryOf(environment: unknown): Inventory {
  const accounts = field(environment, 'accounts');
  const names = accounts === undefined ? ['APP', 'SYS'] : entriesOf(accounts).map(([name]) => name);
  const defaultAccount =
    accounts === undefined
      ? 'APP'
      : entriesOf(accounts).find(([, account]) => field(account, 'jetstream') === true)?.[0];
  return {
    name: textOf(field(environment, 'name')) ?? 'the environment',
    attached: field(environment, 'attach') !== undefined,
    clusters: new Map(
      entriesOf(field(environment, 'clusters')).map(([name, cluster]) => [
        name,
        {
          nodes: textsOf(field(cluster, 'nodes')),
          domain: textOf(field(field(cluster, 'jetstream'), 'domain')),
        },
      ]),
    ),
    accounts: names,
    limitedAccounts: entriesOf(accounts).flatMap(([name, account]) =>
      field(account, 'maxFile') === undefined ? [] : [name],
    ),
    defaultAccount,
    streams: new Map(
      entriesOf(field(environment, 'streams')).map(([address, stream]) => [
        address,
        streamEntry(address, stream, defaultAccount),
      ]),
    ),
    consumers: entriesOf(field(environment, 'consumers')).map(([address]) => address),
    links: itemsOf(field(environment, 'links')).flatMap((link) => linkEntry(link, defaultAccount)),
  };
}

export function castOf(experiment: unknown): Cast {
  return {
    workloads: new Map(
      entriesOf(field(experiment, 'workloads')).map(([name, workload]) => [
        name,
        textOf(field(workload, 'kind')) ?? '',
      ]),
    ),
    phases: itemsOf(field(experiment, 'method')).flatMap((phase) => textOf(field(phase, 'phase')) ?? []),
  };
}

/** The stream that a mirror or source copies from, in its short or long form. */
export function originOf(origin: unknown): string | undefined {
  return textOf(origin) ?? textOf(field(origin, 'stream'));
}

export function clusterOf(address: string): string {
  return address.split('/')[0] ?? '';
}

function streamEntry(address: string, stream: unknown, defaultAccount: string | undefined): StreamEntry {
  return {
    cluster: clusterOf(address),
    account: textOf(field(stream, 'account')) ?? defaultAccount,
    subjects: textsOf(field(stream, 'subjects')),
    replicas: numberOf(field(stream, 'replicas')) ?? 1,
    mirror: originOf(field(stream, 'mirror')),
    sources: itemsOf(field(stream, 'sources')).flatMap((source) => originOf(source) ?? []),
  };
}

function linkEntry(link: unknown, defaultAccount: string | undefined): LinkEntry[] {
  const kind = textOf(field(link, 'kind')) ?? '';
  const ends =
    kind === 'gateway' ? textsOf(field(link, 'between')) : textsOf([field(link, 'from'), field(link, 'to')]);
  const [from, to] = ends;
  if (from === undefined || to === undefined) return [];
  return [{ kind, clusters: [from, to], account: textOf(field(link, 'account')) ?? defaultAccount }];
}
