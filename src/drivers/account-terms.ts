import type { ImportRights } from '../nats/accounts/crossings.ts';
import type { Permissions } from '../nats/accounts/rights.ts';
import type { Bytes, Milliseconds, Ratio } from '../support/units.ts';

export type { ImportRights, Permissions };

/** What an account may use and do, and what it shares with others. */
export interface AccountTerms {
  /** Limits of JetStream besides those on storage. */
  jetstreamLimits?: {
    maxStreams?: number;
    maxConsumers?: number;
    maxAckPending?: number;
    maxStreamFileBytes?: Bytes;
    maxStreamMemoryBytes?: Bytes;
    maxBytesRequired?: boolean;
    clusterTraffic?: 'system' | 'owner';
  };
  /** User → its own permissions. */
  permissions?: Record<string, Permissions>;
  /** Those of users without permissions of their own. */
  defaultPermissions?: Permissions;
  exports?: ExportSpec[];
  imports?: ImportRights[];
  /** Subject → the subjects that take its place. */
  mappings?: Record<string, { to: string; weight: Ratio; cluster?: string }[]>;
  limits?: { connections?: number; subscriptions?: number; payload?: Bytes; leafnodes?: number };
  /** A user that may do everything, as which the runner connects; left out: it connects as one of `users`. */
  runner?: { name: string; password: string };
}

export interface ExportSpec {
  kind: 'stream' | 'service';
  subject: string;
  accounts?: string[];
  response?: 'single' | 'stream' | 'chunked';
  thresholdMs?: Milliseconds;
  latency?: { subject: string; sampling?: Ratio };
}

/** What a user may do: by its own permissions, or else by those of its account. */
export function permissionsOf(account: AccountTerms, user: string): Permissions | undefined {
  return account.permissions?.[user] ?? account.defaultPermissions;
}
