import type { LedgerAuditEvent } from '../../history/events.ts';
import type { History } from '../../history/history.ts';
import { FOREIGN } from '../../history/tables/table.ts';
import { at, type ByPublisher, type Message } from './message.ts';
import { Counted } from '../lowest.ts';

/** What a ledger workload found that an application has kept. */
export interface Kept {
  workload: string;
  /** Undefined where it was never read. */
  audit: LedgerAuditEvent | undefined;
  entries: number;
  /** Entries that name no message or request of this run. */
  foreign: number;
  /** By sender, the numbers of its messages or requests that are there. */
  numbers: ByPublisher;
  /** Each further time that one is there, by its place among the entries. */
  keptTwice: Counted<Message & { seq: number }>;
}

export function keptBy(history: History, workload: string): Kept {
  const audit = history.ledgerAudits.findLast((one) => one.workload === workload);
  const kept: Kept = { workload, audit, entries: 0, foreign: 0, numbers: [], keptTwice: new Counted() };
  for (const { seq, by, n, length } of history.deliveries(workload)) {
    kept.entries += length;
    for (let row = 0; row < length; row += 1) {
      const [place, sender, number] = [seq[row] as number, by[row] as number, n[row] as number];
      if (sender === FOREIGN) kept.foreign += 1;
      else if (!at(kept.numbers, sender).add(number))
        kept.keptTwice.add(place, { seq: place, by: sender, n: number });
    }
  }
  return kept;
}
