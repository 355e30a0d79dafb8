import type { History } from '../../history/history.ts';
import type { Kept } from '../evidence/kept.ts';
import type { Judge } from '../judge.ts';

/** The workloads of a check that take messages from consumers, and those that read what an application has kept. */
export function splitReceived(
  { workloads }: History,
  received: readonly string[],
): { consuming: string[]; ledgers: string[] } {
  const isLedger = (name: string): boolean => workloads[name]?.kind === 'ledger';
  return {
    consuming: received.filter((name) => !isLedger(name)),
    ledgers: received.filter((name) => isLedger(name)),
  };
}

/** Makes the finding inconclusive for what was not read to its end. @returns whether it was */
export function wholeLedger({ workload, audit }: Kept, judge: Judge): boolean {
  if (audit?.complete === true) return true;
  const reason = audit?.error === undefined ? '' : `: ${audit.error}`;
  judge.inconclusive(
    audit === undefined ? `${workload} was not read` : `${workload} was not read to its end${reason}`,
  );
  return false;
}
