import type { ConfValue, Place } from '../../conf/value.ts';
import type { Json } from '../../support/json.ts';
import { exactSize } from '../../support/units.ts';
import type { DiscoveredAccount, DiscoveredUser } from '../model.ts';
import { permissionsOf } from './permissions.ts';
import { MapReader, textOf } from './reader.ts';
import { exportsOf, importsOf } from './sharing.ts';

const GLOBAL = '$G';

/** The accounts of a configuration with their users; those of one without accounts are in `$G`. */
export function accountsIn(top: MapReader, hasJetstream: boolean): DiscoveredAccount[] {
  const block = top.map('accounts');
  const system = top.text('system_account', 'system');
  const authorization = top.map('authorization');
  top.ignore('no_auth_user', 'no_system_account');
  const accounts = (block?.entries() ?? []).flatMap(([name, { value, place }]) => {
    if (value.kind !== 'map') {
      // A list of users, in an older form.
      top.note(place, `accounts.${name} is not taken over`);
      return [];
    }
    return [accountOf(name, new MapReader(value, top.notes), name === (system ?? '$SYS'), hasJetstream)];
  });
  const users = authorization === undefined ? [] : plainUsers(authorization, top);
  if (users.length > 0)
    accounts.push({ name: GLOBAL, system: false, jetstream: hasJetstream, users, seen: [], fields: {} });
  return accounts;
}

function accountOf(
  name: string,
  block: MapReader,
  system: boolean,
  hasJetstream: boolean,
): DiscoveredAccount {
  const jetstream = block.value('jetstream');
  const isOn =
    jetstream !== undefined &&
    !system &&
    (jetstream.kind === 'map' ||
      ['true', 'enabled', 'enable'].includes(String(textOf(jetstream)).toLowerCase()));
  const rights = permissionsOf(block.value('default_permissions'));
  const exports = exportsOf(block.list('exports'), block);
  const imports = importsOf(block.list('imports'), block);
  const users = usersOf(block.list('users'), block, name);
  const limits = block.entry('limits');
  if (limits !== undefined) block.note(limits.place, `the limits of the account ${name} are not taken over`);
  const mappings = block.entry('mappings', 'maps');
  if (mappings !== undefined)
    block.note(mappings.place, `the mappings of the account ${name} are not taken over`);
  block.ignore('nkey');
  block.noteRest(`accounts.${name}`);
  return {
    name,
    system,
    jetstream: isOn && hasJetstream,
    users,
    seen: [],
    fields: {
      ...(isOn && hasJetstream && jetstream.kind === 'map' ? limitsOf(new MapReader(jetstream, [])) : {}),
      ...(rights === undefined ? {} : { defaultPermissions: rights }),
      ...(exports.length === 0 ? {} : { exports }),
      ...(imports.length === 0 ? {} : { imports }),
    },
  };
}

function limitsOf(block: MapReader): Record<string, Json> {
  const size = (field: string, ...names: string[]): Record<string, Json> => {
    const value = block.number(...names);
    return value === undefined || value <= 0 ? {} : { [field]: exactSize(value) };
  };
  const count = (field: string, ...names: string[]): Record<string, Json> => {
    const value = block.number(...names);
    return value === undefined || value <= 0 ? {} : { [field]: value };
  };
  return {
    ...size('maxFile', 'max_store', 'max_file', 'max_disk', 'store', 'disk', 'file'),
    ...size('maxMemory', 'max_memory', 'max_mem', 'mem', 'memory'),
    ...count('maxStreams', 'max_streams', 'streams'),
    ...count('maxConsumers', 'max_consumers', 'consumers'),
  };
}

/** `authorization { user, password }`, `authorization { token }` or `authorization { users: [ … ] }`. */
function plainUsers(block: MapReader, top: MapReader): DiscoveredUser[] {
  const [user, password] = [block.text('user', 'username'), block.text('pass', 'password')];
  const token = block.entry('token');
  if (token !== undefined) top.note(token.place, 'servers with a token are started with a user in its place');
  block.ignore('timeout', 'auth_callout');
  const rights = permissionsOf(block.value('default_permissions'));
  const users = usersOf(block.list('users'), block, GLOBAL).map((one) => ({
    ...one,
    ...(one.permissions === undefined && rights !== undefined ? { permissions: rights } : {}),
  }));
  block.noteRest('authorization');
  if (user !== undefined) users.unshift({ name: user, proof: proofOf(password, user, block.place, top) });
  if (token !== undefined) users.push({ name: 'app', proof: { password: 'app' } });
  return users;
}

function usersOf(values: readonly ConfValue[], block: MapReader, account: string): DiscoveredUser[] {
  return values.flatMap((item) => {
    if (item.kind !== 'map') return [];
    const fields = new MapReader(item, block.notes);
    const name = fields.text('user', 'username');
    const nkey = fields.text('nkey');
    const permissions = permissionsOf(fields.value('permissions', 'permission', 'authorization'));
    const password = fields.text('pass', 'password');
    fields.ignore('allowed_connection_types', 'connection_types', 'clients', 'proxy_required');
    fields.noteRest(`a user of ${account}`);
    if (name === undefined && nkey === undefined) return [];
    if (name === undefined)
      block.note(
        item.place,
        `a user of ${account} has an NKey: servers that are started know it by a password`,
      );
    const called = name ?? (nkey ?? '').slice(0, 8);
    return [
      {
        name: called,
        proof: proofOf(password, called, item.place, block),
        ...(permissions === undefined ? {} : { permissions }),
      },
    ];
  });
}

/** Servers keep a password as it is, or only its hash, from which nobody can get it back. */
function proofOf(
  password: string | undefined,
  user: string,
  place: Place,
  block: MapReader,
): { password: string } {
  // A variable that is not set, which has a note of its own.
  if (password === undefined || password === '') return { password: user };
  if (!/^\$2[abxy]\$/.test(password)) return { password };
  block.note(place, `the password of ${user} is there as a hash: write the password itself`);
  return { password: user };
}
