import type { JetStreamAllowance } from '../../nats/assets/configured.ts';
import type { AccountSpec } from '../spec.ts';

/** Each limit on JetStream as an environment calls it, with what the file states, if it does, and what the server has. */
function limitsOf(
  { maxFileBytes, maxMemoryBytes, jetstreamLimits = {} }: AccountSpec,
  has: JetStreamAllowance,
): [name: string, wanted: number | boolean | undefined, found: number | boolean | undefined][] {
  return [
    ['maxFile', maxFileBytes, has.max_storage],
    ['maxMemory', maxMemoryBytes, has.max_memory],
    ['maxStreams', jetstreamLimits.maxStreams, has.max_streams],
    ['maxConsumers', jetstreamLimits.maxConsumers, has.max_consumers],
    ['maxAckPending', jetstreamLimits.maxAckPending, has.max_ack_pending],
    ['maxStreamFile', jetstreamLimits.maxStreamFileBytes, has.storage_max_stream_bytes],
    ['maxStreamMemory', jetstreamLimits.maxStreamMemoryBytes, has.memory_max_stream_bytes],
    ['maxBytesRequired', jetstreamLimits.maxBytesRequired, has.max_bytes_required ?? false],
  ];
}

/** Whether the file states a limit on JetStream that servers show. */
export function statesAllowance(account: AccountSpec): boolean {
  return limitsOf(account, {}).some(([, wanted]) => wanted !== undefined);
}

/** How the limits of an account differ from the file, in words; only those that the file states are compared. */
export function allowanceDifferences(
  account: AccountSpec,
  cluster: string,
  has: JetStreamAllowance,
): string[] {
  return limitsOf(account, has)
    .filter(([, wanted, found]) => wanted !== undefined && wanted !== found)
    .map(
      ([name, wanted, found]) =>
        `the account ${account.name} has ${name} ${worded(found)} on ${cluster}, and not ${String(wanted)}`,
    );
}

/** Servers write -1 where there is no limit. */
function worded(limit: number | boolean | undefined): string {
  return limit === undefined || limit === -1 ? 'without a limit' : String(limit);
}
