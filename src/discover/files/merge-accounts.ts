import type { DiscoveredAccount, DiscoveredUser } from '../model.ts';

/** The accounts of all servers, each once; a password that differs by cluster is stated for each. */
export function mergedAccounts(
  all: readonly { accounts: readonly DiscoveredAccount[]; cluster: string }[],
): DiscoveredAccount[] {
  const merged = new Map<string, DiscoveredAccount>();
  const passwords = new Map<string, Map<string, string>>();
  for (const { accounts, cluster } of all) {
    for (const account of accounts) {
      const before = merged.get(account.name) ?? { ...account, users: [] };
      merged.set(account.name, before);
      before.jetstream ||= account.jetstream;
      before.system ||= account.system;
      for (const user of account.users) {
        if (!before.users.some(({ name }) => name === user.name)) before.users.push({ ...user });
        const key = `${account.name} ${user.name}`;
        const own = passwords.get(key) ?? new Map<string, string>();
        passwords.set(key, own);
        if ('password' in user.proof && typeof user.proof.password === 'string')
          own.set(cluster, user.proof.password);
      }
    }
  }
  for (const { name, users } of merged.values())
    for (const user of users) setPassword(user, passwords.get(`${name} ${user.name}`));
  return [...merged.values()];
}

function setPassword(user: DiscoveredUser, byCluster: ReadonlyMap<string, string> | undefined): void {
  if (byCluster === undefined || new Set(byCluster.values()).size < 2) return;
  user.proof = { password: Object.fromEntries(byCluster) };
}
