import type { DiscoveredAccount, Note } from '../model.ts';
import { limitsOf, noteUnseen } from './account-limits.ts';
import { sharedFields } from './account-sharing.ts';
import type { ServerReading } from './readings.ts';

/** The accounts that servers know, with what they share, and their limits as far as servers show them; what they do not becomes a note. */
export function accountsOf(readings: readonly ServerReading[], notes: Note[]): DiscoveredAccount[] {
  const system = readings.map(({ accountz }) => accountz?.system_account).find((one) => one !== undefined);
  // Accounts of servers in operator mode are called by their keys; JetStream alone says their names too.
  const nameOf = new Map(
    readings.flatMap(({ jsz }) =>
      (jsz?.account_details ?? []).map(({ id, name }) => [id ?? name, name] as const),
    ),
  );
  const accounts = new Map<string, DiscoveredAccount>();
  const of = (key: string): DiscoveredAccount => {
    const name = nameOf.get(key) ?? key;
    const account = accounts.get(name) ?? {
      name,
      system: key === system,
      jetstream: false,
      users: [],
      seen: [],
      fields: {},
      ...(name === key ? {} : { remark: key }),
    };
    accounts.set(name, account);
    return account;
  };
  for (const { accountz, jsz, connz } of readings) {
    for (const name of accountz?.accounts ?? []) of(name);
    for (const { id, name } of jsz?.account_details ?? []) of(id ?? name).jetstream = true;
    for (const { account = '', authorized_user: user = '', kind } of connz?.connections ?? []) {
      if (account === '' || user === '' || (kind !== undefined && kind !== 'Client')) continue;
      const { seen } = of(account);
      if (!seen.includes(user)) seen.push(user);
    }
  }
  // A server without accounts has $G, and with accounts it has an empty one beside them.
  const used = [...accounts.values()].filter(
    ({ name, jetstream, seen }) => name !== '$G' || jetstream || seen.length > 0 || accounts.size <= 2,
  );
  for (const account of used) {
    if (account.system) account.jetstream = false;
    else Object.assign(account.fields, limitsOf(account, readings, notes));
    const name = (key: string): string => nameOf.get(key) ?? key;
    Object.assign(account.fields, sharedFields(account, readings, name, notes));
  }
  noteUnseen(used, notes);
  return used.sort((a, b) => Number(a.system) - Number(b.system) || a.name.localeCompare(b.name));
}
