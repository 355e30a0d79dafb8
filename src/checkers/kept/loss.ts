import type { Finding } from '../checker.ts';
import type { Evidence } from '../evidence/evidence.ts';
import type { Sent } from '../evidence/sent.ts';
import { Bits } from '../../support/bits.ts';
import { Judge, plural } from '../judge.ts';
import { Steps } from '../over-time.ts';
import { wholeLedger } from './ledgers.ts';

/** Counts and shows what was acknowledged, and is missing in a ledger that was read to its end. */
export function judgeKept(
  evidence: Evidence,
  sent: Sent,
  ledgers: readonly string[],
  judge: Judge,
  overTime: Steps,
): void {
  const missing = ledgers.flatMap((ledger) => {
    const kept = evidence.kept(ledger);
    if (!wholeLedger(kept, judge)) return [];
    const numbers = kept.numbers[sent.by] ?? new Bits();
    judge.count('kept', numbers.size);
    if (numbers.size === 0) {
      judge.inconclusive(`${ledger} holds nothing of ${sent.workload}`);
      return [];
    }
    const absent = sent.acknowledged.without(numbers);
    judge.countAny('unkept', absent.size);
    return absent.size === 0 ? [] : [{ ledger, absent }];
  });
  if (missing.length === 0) return;
  const { history } = evidence;
  for (const { n, t, length } of history.publishes(sent.workload))
    for (let row = 0; row < length; row += 1) {
      const number = n[row] as number;
      for (const { ledger, absent } of missing) {
        if (!absent.has(number)) continue;
        overTime.add(t[row] as number);
        const id = history.identity(sent.by, number);
        const text = `${id ?? ''} was acknowledged, but ${ledger} does not hold it`;
        judge.violated(number, () => ({ text, t: t[row] as number, ...(id === null ? {} : { id }) }));
      }
    }
}

/** The finding of `no-loss` on requests to an application: no stream keeps them, only what ledgers read. */
export function requestsKept(evidence: Evidence, published: string, ledgers: readonly string[]): Finding {
  const judge = new Judge('no-loss', `${published} → ${ledgers.join(', ')}`);
  const sent = evidence.sent(published);
  const accepted = sent.acknowledged.size;
  judge.count('published', sent.published);
  judge.count('acknowledged', accepted);
  if (accepted === 0) judge.inconclusive(`${published} has no accepted request`);
  if (ledgers.length === 0)
    judge.inconclusive(`nothing says what became of the accepted requests of ${published}`);
  const overTime = new Steps();
  if (accepted > 0) judgeKept(evidence, sent, ledgers, judge, overTime);
  countOthers(evidence, sent, ledgers, judge);
  const finding = judge.finding({
    passed: `all ${plural(accepted, 'accepted request')} are kept by ${ledgers.join(', ')}${others(judge)}`,
    failed: () => `${judge.counted('unkept')} of ${plural(accepted, 'accepted request')} not kept`,
  });
  const lost = overTime.overTime('lost');
  return lost === undefined ? finding : { ...finding, overTime: lost };
}

/** A request without an answer, or with another one than expected, may have been carried out: all of that is right. */
function countOthers(
  evidence: Evidence,
  { by, refused, unanswered }: Sent,
  ledgers: readonly string[],
  judge: Judge,
): void {
  const sets = ledgers.map((ledger) => evidence.kept(ledger).numbers[by] ?? new Bits());
  const anywhere = new Bits().with(...sets);
  const present = unanswered.sizeWith(anywhere);
  const refusedYetKept = refused.sizeWith(anywhere);
  judge.countAny('refusedYetKept', refusedYetKept);
  judge.countAny('refused', refused.size - refusedYetKept);
  judge.countAny('unknownPresent', present);
  judge.countAny('unknownAbsent', unanswered.size - present);
}

function others(judge: Judge): string {
  const [there, absent, refused] = ['unknownPresent', 'unknownAbsent', 'refusedYetKept'].map((name) =>
    judge.counted(name),
  ) as [number, number, number];
  const unknown =
    there + absent === 0 ? '' : `; of ${there + absent} without an answer ${there} are there too`;
  return refused === 0 ? unknown : `${unknown}; so are ${refused} that were refused`;
}
