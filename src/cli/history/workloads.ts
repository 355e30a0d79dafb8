import type { History } from '../../history/history.ts';
import { hasOperations, sendsMessages } from '../../history/operations.ts';

/** Every workload that the history is of, in the order in which they are declared. */
export function workloadNames({ workloads, marks }: History): string[] {
  return [...new Set([...Object.keys(workloads), ...marks.map(({ workload }) => workload)])];
}

/** Whether a workload published; else messages were delivered to it. */
export function isPublisher(history: History, workload: string): boolean {
  const kind = history.workloads[workload]?.kind;
  if (kind !== undefined) return sendsMessages(kind);
  // Nothing says what it was to do, so what it did decides.
  const [status] = history.publishStatuses(workload);
  return status !== undefined && 'attempts' in status;
}

/** Whether a workload carried out operations on keys, on things with names, or requests. */
export function isOnKeys(history: History, workload: string): boolean {
  const kind = history.workloads[workload]?.kind;
  return kind === 'kv' || hasOperations(kind);
}
