import type { FaultRecord } from '../../history/record.ts';
import type { Milliseconds } from '../../support/units.ts';

/** Assertions that a fault violates by itself, and for how long after it. */
interface Explanation {
  message: RegExp;
  faults: readonly string[];
  /** Whether it explains only what its own nodes say, while it is in force; otherwise all that any node says later. */
  inForceOnly: boolean;
}

const DISKS = ['fill-disk', 'fill-storage', 'power-failure', 'delete-files'];
const DAMAGE = ['bit-flip', 'truncate', 'delete-files', 'power-failure'];

export const EXPLANATIONS: readonly Explanation[] = [
  {
    message: /(?:write|read|flush|sync) error$|snapshot flush failed$/i,
    faults: DISKS,
    inForceOnly: true,
  },
  { message: /read error$/i, faults: DAMAGE, inForceOnly: false },
  // What one node has lost of its log, others that hold it see as well.
  {
    message: /lost commits$|lose commits$|^Reset clustered state$|snapshot mismatches/i,
    faults: DAMAGE,
    inForceOnly: false,
  },
];

/** A fault counts if it was in force within this time: an assertion is read up to a second after it was reached. */
const NEARLY_MS = 2_000;

/** Which fault explains the violation of a server's assertion, in words, or null: rather one on the same node, and the latest. */
export function explainedBy(
  { message, node }: { message: string; node: string },
  t: Milliseconds,
  faults: readonly FaultRecord[],
): string | null {
  const explaining = faults.filter(({ kind, targets, injectedAt = Infinity, removedAt = Infinity }) =>
    EXPLANATIONS.some((one) => {
      if (!one.message.test(message) || !one.faults.includes(kind) || injectedAt > t) return false;
      return !one.inForceOnly || (targets.includes(node) && t <= removedAt + NEARLY_MS);
    }),
  );
  const best = explaining.findLast(({ targets }) => targets.includes(node)) ?? explaining.at(-1);
  return best === undefined ? null : `${best.id} (${best.title}) explains it`;
}
