import { Bits } from '../support/bits.ts';
import type { Evidence } from './evidence/evidence.ts';
import type { Sent } from './evidence/sent.ts';
import type { Judge } from './judge.ts';
import { Counted } from './lowest.ts';

/**
 * Finds acknowledged messages that a stream holds where it was read first, and that one of its replicas does not hold:
 * they are lost as soon as that one leads.
 *
 * @returns how many replicas were judged
 */
export function judgeReplicas(
  evidence: Evidence,
  stream: string,
  { acknowledged, by }: Sent,
  judge: Judge,
): number {
  const replicas = evidence.replicasOf(stream);
  if (replicas.length === 0) judge.inconclusive(`no replica of ${stream} was read by itself`);
  if (evidence.streamAudit(stream)?.mayExpire === true) {
    judge.inconclusive(`${stream} may drop messages by itself, at one replica sooner than at another`);
    return 0;
  }
  const read = replicas.filter((replica) => judge.wholeStream(evidence, replica) !== undefined);
  for (const replica of read) {
    const there = evidence.held(replica).numbers[by] ?? new Bits();
    const lacking = lackedBy(evidence, stream, by, (n) => acknowledged.has(n) && !there.has(n));
    judge.violations('missingOnReplica', lacking, ({ seq, n }) => {
      const id = evidence.history.identity(by, n);
      const text = `acknowledged with sequence ${seq}, which ${stream} holds, but not its replica ${replica}`;
      return { stream: replica, seq, text, ...(id === null ? {} : { id }) };
    });
  }
  return read.length;
}

function lackedBy({ history }: Evidence, stream: string, by: number, isLacking: (n: number) => boolean) {
  const lacking = new Counted<{ seq: number; n: number }>();
  for (const rows of history.stored(stream)) {
    for (let row = 0; row < rows.length; row += 1) {
      const n = rows.n[row] as number;
      if (rows.by[row] !== by || !isLacking(n)) continue;
      const seq = rows.seq[row] as number;
      lacking.add(seq, { seq, n });
    }
  }
  return lacking;
}
