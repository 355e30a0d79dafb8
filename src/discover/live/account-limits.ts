import type { Json } from '../../support/json.ts';
import { exactSize, type Bytes } from '../../support/units.ts';
import type { DiscoveredAccount, Note } from '../model.ts';
import type { ClaimsReading, ServerReading } from './readings.ts';

/** The key of an account of servers in operator mode, by which they call it. */
const KEY = /^A[A-Z2-7]{55}$/;
/** Servers write -1 without a limit, some of them as an unsigned number; and 0 where limits are by tiers. */
const ENDLESS = 2 ** 62;

/** Whether an account has a JWT, which says all its limits. */
export function hasClaims(name: string): boolean {
  return KEY.test(name);
}

/** The limits of an account, as an environment states them; where servers differ, none, which a note says. */
export function limitsOf(
  { name, remark, jetstream }: DiscoveredAccount,
  readings: readonly ServerReading[],
  notes: Note[],
): Record<string, Json> {
  const key = remark ?? name;
  const claims = readings.flatMap(({ details }) => details?.[key]?.decoded_jwt?.nats ?? [])[0];
  if (claims !== undefined) return ofClaims(claims);
  if (!jetstream) return {};
  const all = readings.flatMap(({ jsz }) => jsz?.account_details?.filter((one) => one.name === name) ?? []);
  const fields: Record<string, Json> = {};
  for (const [field, where] of [
    ['maxFile', 'reserved_storage'],
    ['maxMemory', 'reserved_memory'],
  ] as const) {
    const seen = [...new Set(all.map((one) => size(one[where])))];
    if (seen.length > 1)
      notes.push({
        text: `${field} of the account ${name} differs from server to server: ${seen.map((one) => one ?? 'no limit').join(', ')}`,
      });
    else if (seen[0] !== undefined) fields[field] = seen[0];
  }
  return fields;
}

/** Of accounts in configurations servers show little, whoever asks. */
export function noteUnseen(accounts: readonly DiscoveredAccount[], notes: Note[]): void {
  const names = accounts
    .filter(({ system, name, remark }) => !system && !hasClaims(remark ?? name))
    .map(({ name }) => name);
  if (names.length === 0) return;
  notes.push({
    text: `of the limits of the account${names.length === 1 ? '' : 's'} ${names.join(', ')} servers show only maxFile and maxMemory; maxStreams, maxConsumers, the other limits on JetStream, those on connections, and permissions are in their configurations alone: add them by hand`,
  });
}

function ofClaims({ limits = {} }: ClaimsReading): Record<string, Json> {
  const jetstream = {
    maxFile: size(limits.disk_storage),
    maxMemory: size(limits.mem_storage),
    maxStreams: limit(limits.streams),
    maxConsumers: limit(limits.consumer),
    maxAckPending: limit(limits.max_ack_pending),
    maxStreamFile: size(limits.disk_max_stream_bytes),
    maxStreamMemory: size(limits.mem_max_stream_bytes),
    maxBytesRequired: limits.max_bytes_required === true ? true : undefined,
  };
  const others = stated({
    connections: limit(limits.conn),
    subscriptions: limit(limits.subs),
    payload: size(limits.payload),
    leafnodes: limits.leaf === 0 ? 0 : limit(limits.leaf),
  });
  return stated({ ...jetstream, limits: Object.keys(others).length === 0 ? undefined : others });
}

function limit(value: number | undefined): number | undefined {
  return value === undefined || value <= 0 || value >= ENDLESS ? undefined : value;
}

function size(bytes: Bytes | undefined): string | undefined {
  const known = limit(bytes);
  return known === undefined ? undefined : exactSize(known);
}

function stated(fields: Record<string, Json | undefined>): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, Json] => entry[1] !== undefined),
  );
}
