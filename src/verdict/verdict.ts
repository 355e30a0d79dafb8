/** What a run says about its claim; docs/verdicts.md has the rules and the exit codes. */
export type Verdict = 'pass' | 'fail' | 'inconclusive' | 'error' | 'unclean' | 'interrupted';

/** From harmless to worst: of several, the last one wins. */
export const VERDICT_ORDER: readonly Verdict[] = [
  'pass',
  'inconclusive',
  'fail',
  'error',
  'interrupted',
  'unclean',
];

/** One thing that keeps a run from passing. */
export interface Reason {
  verdict: Exclude<Verdict, 'pass'>;
  /** One sentence for people. */
  text: string;
  /** Where it comes from: `fault partition#1`, `check no-loss`, `phase recovery`, `run` … */
  source: string;
}

/** The verdict that an experiment is there to reach; `either` for a failure that shows only now and then. */
export type ExpectedVerdict = 'pass' | 'fail' | 'either';

/** The verdict that was expected, and the one that was reached. */
export interface Expected {
  /** `none` where the experiment expects nothing of the version that ran. */
  verdict: ExpectedVerdict | 'none';
  /** The versions it is expected of, as the experiment has them; left out: all. */
  versions?: string;
  /** The verdict as it would be if a pass were expected. */
  seen: Verdict;
}

export interface Judgement {
  verdict: Verdict;
  exitCode: number;
  /** The verdict's main reason in one sentence. */
  headline: string;
  /** Most important first; empty for a pass, unless it is a failure that was expected. */
  reasons: Reason[];
  expected: Expected;
}

const EXIT_CODES: Readonly<Record<Exclude<Verdict, 'interrupted'>, number>> = {
  pass: 0,
  fail: 1,
  inconclusive: 2,
  error: 3,
  unclean: 4,
};

/** The process's exit code; an interrupted run says which signal ended it, as shells do. */
export function exitCodeOf(verdict: Verdict, signal?: 'SIGINT' | 'SIGTERM'): number {
  if (verdict === 'interrupted') return signal === 'SIGTERM' ? 143 : 130;
  return EXIT_CODES[verdict];
}

/** The verdict that all reasons together make. */
export function worstOf(reasons: readonly Pick<Reason, 'verdict'>[]): Verdict {
  const worst = Math.max(0, ...reasons.map((reason) => VERDICT_ORDER.indexOf(reason.verdict)));
  return VERDICT_ORDER[worst] ?? 'pass';
}
