import type { DiscoveredAccount, DiscoveredAsset, DiscoveredSystem, Note } from './model.ts';

/** The account of servers that have no accounts. */
const GLOBAL = '$G';
const PLAIN_NAME = 'APP';
/** What a name in an environment cannot contain. */
const NO_NAME = /[\s/@*>\\]/g;

/**
 * The same system as the runner can start it: every account has users with passwords of their own, which are no secrets, and
 * nothing that only the servers that were found can have.
 */
export function asStarted(system: DiscoveredSystem): DiscoveredSystem {
  const notes: Note[] = [...system.notes];
  const rename = (account: string): string =>
    account === GLOBAL && !system.accounts.some(({ name }) => name === PLAIN_NAME) ? PLAIN_NAME : account;
  const taken = new Set<string>();
  const accounts = system.accounts.map((account) =>
    withUsers({ ...account, name: rename(account.name) }, taken, notes),
  );
  const renamed = <T extends DiscoveredAsset>(asset: T): T => ({ ...asset, account: rename(asset.account) });
  return {
    ...system,
    clusters: system.clusters.map((cluster) => ({
      ...cluster,
      nodes: cluster.nodes.map(({ name }) => ({ name })),
    })),
    accounts: withSystem(accounts, taken),
    links: system.links.map((link) =>
      link.kind === 'gateway' ? link : { ...link, accounts: link.accounts.map(rename) },
    ),
    streams: system.streams.map(renamed),
    consumers: system.consumers.map(renamed),
    notes,
  };
}

function withUsers(account: DiscoveredAccount, taken: Set<string>, notes: Note[]): DiscoveredAccount {
  const { name, users, seen } = account;
  const names = users.length > 0 ? users.map((user) => user.name) : seen.slice(0, 1);
  const given = (names.length > 0 ? names : [name.toLowerCase()]).map((one) => free(one, name, taken, notes));
  return {
    ...account,
    // Every user of a cluster that is started proves itself by a password; its name is one that nobody has to keep.
    users: given.map((user, i) => {
      const { permissions } = users[i] ?? {};
      return { name: user, proof: { password: user }, ...(permissions === undefined ? {} : { permissions }) };
    }),
    seen: [],
  };
}

/** A user belongs to one account only, and its name is part of no address. */
function free(user: string, account: string, taken: Set<string>, notes: Note[]): string {
  const clean = user.replaceAll(NO_NAME, '_').slice(0, 60);
  const other = taken.has(clean)
    ? `${account.toLowerCase().replaceAll(NO_NAME, '_')}-${clean}`.slice(0, 64)
    : clean;
  if (other !== user)
    notes.push({ text: `the user ${JSON.stringify(user)} of ${account} is called ${other} here` });
  taken.add(other);
  return other;
}

/** The runner asks servers as a user of the system account, which every environment that it starts has. */
function withSystem(accounts: DiscoveredAccount[], taken: ReadonlySet<string>): DiscoveredAccount[] {
  if (accounts.length === 0 || accounts.some(({ system }) => system)) return accounts;
  const name = accounts.some((one) => one.name === 'SYS') ? 'SYSTEM' : 'SYS';
  const user = taken.has('sys') ? 'chaos-sys' : 'sys';
  const users = [{ name: user, proof: { password: user } }];
  return [...accounts, { name, system: true, jetstream: false, users, seen: [], fields: {} }];
}
