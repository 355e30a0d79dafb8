import type { Evidence } from '../evidence/evidence.ts';
import type { Judge } from '../judge.ts';
import { wholeLedger } from './ledgers.ts';

/** Counts and shows what a ledger holds more than once. */
export function judgeKeptTwice(evidence: Evidence, ledger: string, judge: Judge): void {
  const kept = evidence.kept(ledger);
  const own = kept.entries - kept.foreign;
  judge.count('kept', own);
  if (wholeLedger(kept, judge) && own === 0) judge.inconclusive(`${ledger} holds nothing of this run`);
  judge.violations('keptTwice', kept.keptTwice, ({ seq, by, n }) => {
    const id = evidence.history.identity(by, n);
    const text = `${ledger} holds ${id ?? ''} once more, as entry ${seq}`;
    return { text, ...(id === null ? {} : { id }) };
  });
}
