import type { History } from '../history/history.ts';
import type { ProbeSeries } from '../history/record.ts';
import { messageOf } from '../support/errors.ts';
import type { Checker, Finding } from './checker.ts';
import { Evidence, type FaultTimes } from './evidence/evidence.ts';
import { checkers } from './index.ts';

interface RunChecksOptions {
  /** What probes have read; a check that needs it is inconclusive without. */
  series?: readonly ProbeSeries[];
  /** What was injected, and when, in time order; left out where nothing says it. */
  faults?: readonly FaultTimes[];
  available?: readonly Checker[];
}

/** Carries out the checks of a plan, one after the other; one that crashes is inconclusive. */
export function runChecks(
  history: History,
  plans: readonly { kind: string; options: Record<string, unknown> }[],
  { series = [], faults, available = checkers }: RunChecksOptions = {},
): Finding[] {
  const evidence = new Evidence(history, series, faults);
  return plans.map(({ kind, options }) => {
    try {
      const checker = available.find((one) => one.kind === kind);
      if (checker === undefined) throw new Error(`there is no check ${kind}`);
      return checker.check(evidence, options);
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
