import type { AccountTerms, ExportSpec, ImportRights, Permissions } from '../drivers/spec.ts';
import type { Environment } from '../experiment/schema/environment.ts';
import { defined } from './defined.ts';

type Account = Environment['accounts'][string];
type PermissionsField = NonNullable<Account['defaultPermissions']>;

/** What an account may use and do, and what it shares with others. */
export function accountTerms(account: Account): AccountTerms {
  const permissions = Object.entries(account.users ?? {}).flatMap(([name, user]) =>
    user.permissions ? [[name, permissionsOf(user.permissions)] as const] : [],
  );
  const jetstreamLimits = defined({
    maxStreams: account.maxStreams,
    maxConsumers: account.maxConsumers,
    maxAckPending: account.maxAckPending,
    maxStreamFileBytes: account.maxStreamFile,
    maxStreamMemoryBytes: account.maxStreamMemory,
    maxBytesRequired: account.maxBytesRequired,
    clusterTraffic: account.clusterTraffic,
  });
  return defined({
    jetstreamLimits: Object.keys(jetstreamLimits).length > 0 ? jetstreamLimits : undefined,
    permissions: permissions.length > 0 ? Object.fromEntries(permissions) : undefined,
    defaultPermissions: account.defaultPermissions && permissionsOf(account.defaultPermissions),
    exports: account.exports?.map(exportSpec),
    imports: account.imports?.map((taken) => defined(taken) as ImportRights),
    mappings: account.mappings && mappingsOf(account.mappings),
    limits: account.limits && defined(account.limits),
  });
}

/** `NAME` of `NAME` or `ACCOUNT/NAME`. */
export function nameOfUser(address: string | undefined): string | undefined {
  return address?.split('/').at(-1);
}

function permissionsOf({ publish, subscribe, responses }: PermissionsField): Permissions {
  return defined({
    publish: publish && defined(publish),
    subscribe: subscribe && defined(subscribe),
    responses: responses && { max: responses.max, expiresMs: responses.expires },
  });
}

function exportSpec(one: NonNullable<Account['exports']>[number]): ExportSpec {
  const { kind, subject, accounts } = one;
  if (kind === 'stream') return { kind, subject, ...defined({ accounts }) };
  const { response, threshold: thresholdMs, latency } = one;
  return {
    kind,
    subject,
    ...defined({ accounts, response, thresholdMs, latency: latency && defined(latency) }),
  };
}

function mappingsOf(mappings: NonNullable<Account['mappings']>): AccountTerms['mappings'] {
  return Object.fromEntries(
    Object.entries(mappings).map(([subject, target]) => [
      subject,
      typeof target === 'string'
        ? [{ to: target, weight: 1 }]
        : target.map(({ to, weight = 1, cluster }) => ({ to, weight, ...defined({ cluster }) })),
    ]),
  );
}
