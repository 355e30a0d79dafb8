import type { History } from '../history/reader.ts';
import { messageOf } from '../support/errors.ts';
import type { Checker, Finding } from './checker.ts';
import { checkers } from './index.ts';

/** Carries out the checks of a plan, one after the other; one that crashes has found out nothing. */
export function runChecks(
  history: History,
  plans: readonly { kind: string; options: Record<string, unknown> }[],
  available: readonly Checker[] = checkers,
): Finding[] {
  return plans.map(({ kind, options }) => {
    try {
      const checker = available.find((one) => one.kind === kind);
      if (checker === undefined) throw new Error(`there is no check ${kind}`);
      return checker.check(history, options);
    } catch (error) {
      return crashed(kind, error);
    }
  });
}

function crashed(kind: string, error: unknown): Finding {
  return {
    check: kind,
    subject: kind,
    verdict: 'inconclusive',
    statement: `the check crashed: ${messageOf(error)}`,
    counts: {},
    examples: [],
  };
}
