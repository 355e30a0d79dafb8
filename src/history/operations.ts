import { DELIVERIES, KV, OPERATIONS, PUBLISHES, type Table } from './tables/table.ts';

/** What an `assets` workload does, by the code in column `op`; `listed` is one name that a `list` showed. */
export const ASSET_OPERATIONS = [
  'create',
  'update',
  'delete',
  'createConsumer',
  'updateConsumer',
  'deleteConsumer',
  'list',
  'listed',
] as const;
export type AssetOperation = (typeof ASSET_OPERATIONS)[number];

/** What an `object` workload does. */
export const OBJECT_OPERATIONS = ['put', 'get', 'delete', 'list', 'listed'] as const;
export type ObjectOperation = (typeof OBJECT_OPERATIONS)[number];

/** What a `request` workload does. */
export const REQUEST_OPERATIONS = ['request'] as const;

/**
 * What a `permissions` workload does: `pass` is one over all users and subjects; `crossed` a message that arrived in an
 * account that it must not reach, and `unexplained` messages for no subscription that a user has.
 */
export const PERMISSION_OPERATIONS = ['publish', 'subscribe', 'pass', 'crossed', 'unexplained'] as const;
export type PermissionOperation = (typeof PERMISSION_OPERATIONS)[number];

/** What a `quota` workload does. */
export const QUOTA_OPERATIONS = ['create', 'delete', 'list'] as const;
export type QuotaOperation = (typeof QUOTA_OPERATIONS)[number];

/** The operations of the kinds of workloads that have the table `OPERATIONS`. */
const OPERATIONS_OF: Readonly<Record<string, readonly string[]>> = {
  assets: ASSET_OPERATIONS,
  object: OBJECT_OPERATIONS,
  request: REQUEST_OPERATIONS,
  permissions: PERMISSION_OPERATIONS,
  quota: QUOTA_OPERATIONS,
};

const TABLE_OF: Readonly<Record<string, Table>> = {
  kv: KV,
  ...Object.fromEntries(Object.keys(OPERATIONS_OF).map((kind) => [kind, OPERATIONS])),
  'core-publish': PUBLISHES,
  'core-subscribe': DELIVERIES,
  'mqtt-publish': PUBLISHES,
  http: PUBLISHES,
  ledger: DELIVERIES,
  'mqtt-subscribe': DELIVERIES,
  reply: DELIVERIES,
};

/** Whether a workload has its rows in this table; without its kind it may have published or received. */
export function isTableOf(table: Table, kind = ''): boolean {
  const own = TABLE_OF[kind];
  return own === undefined ? table === PUBLISHES || table === DELIVERIES : table === own;
}

/** Whether such a workload sends messages that it numbers, by whatever protocol: its rows are in `PUBLISHES`. */
export function sendsMessages(kind = ''): boolean {
  return kind === 'publish' || TABLE_OF[kind] === PUBLISHES;
}

/** Whether the rows of such a workload are in `OPERATIONS`. */
export function hasOperations(kind = ''): boolean {
  return kind in OPERATIONS_OF;
}

/** By code, of the rows of `OPERATIONS`: what they do. */
export function operationNames(kind = ''): readonly string[] {
  return OPERATIONS_OF[kind] ?? [];
}

/** What operations, or their passes, have shown. */
const NO_OPERATIONS: readonly string[] = ['listed', 'pass', 'crossed', 'unexplained'];

/** By code: false for rows that are part of what another one found, and no operation of their own. */
export function areOperations(kind = ''): boolean[] {
  return (OPERATIONS_OF[kind] ?? []).map((op) => !NO_OPERATIONS.includes(op));
}
