import { PATH, type Operations } from './operations.ts';

export const CONSISTENCIES = ['linearizable', 'sequential', 'read-committed'] as const;
export type Consistency = (typeof CONSISTENCIES)[number];

/**
 * What is claimed of a read, by the way it went, unless the check says otherwise. A bucket's default is the direct get,
 * which any replica answers, also one that lags. A leader answers from what it has, without asking the others: one that was
 * cut off, and does not know it yet, answers with what was; but a client never goes back by it.
 */
const BY_PATH = { leader: 'sequential', replica: 'read-committed' } as const;

/** What is claimed of a row: a read, or a refusal, which tells what the leader had. */
export function claimOf({ path }: Operations, row: number, wanted: Consistency | undefined): Consistency {
  return wanted ?? (path[row] === PATH.leader ? BY_PATH.leader : BY_PATH.replica);
}
