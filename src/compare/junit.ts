import { junitText, type JunitCase, type JunitProblem } from '../report/forms/junit-text.ts';
import type { Comparison, ComparisonOutcome, ExperimentComparison } from './comparison.ts';
import { NOTHING, notesOf, OUTCOME_NAMES, scopeWords } from './words.ts';

/**
 * A comparison as JUnit XML: a test case for each experiment. It has a failure or an error exactly when
 * `--fail-on regression` exits with anything but 0.
 *
 * @param startedAt ISO 8601, UTC
 */
export function renderComparisonJunit(comparison: Comparison, startedAt: string): string {
  const { experiments, outcome } = comparison;
  const cases = experiments.map(experimentCase);
  const nothing: JunitCase = {
    ...caseOf('comparison', 'runs', ''),
    problem: { kind: 'error', type: 'not-judged', message: NOTHING, text: '' },
  };
  const suite = {
    name: 'comparison',
    durationMs: 0,
    startedAt,
    properties: { outcome },
    cases: cases.length === 0 ? [nothing] : cases,
  };
  return junitText([suite]);
}

function experimentCase(one: ExperimentComparison): JunitCase {
  const lines = notesOf(one).map(({ kind, text, command }) =>
    command === undefined ? `${kind}: ${text}` : `${kind}: ${text}: ${command}`,
  );
  const problem = comparisonProblem(one.outcome, {
    message: one.regressions[0] ?? one.notJudged[0] ?? scopeWords(one),
    text: `${lines.join('\n')}\n`,
  });
  const ids = one.groups.map(({ id }) => id).join(', ');
  return { ...caseOf(one.experiment, ids, one.file), ...(problem === null ? {} : { problem }) };
}

/** How the outcome of a comparison on its own appears as a test case. */
function comparisonProblem(
  outcome: ComparisonOutcome,
  said: Pick<JunitProblem, 'message' | 'text'>,
): JunitProblem | null {
  if (outcome === 'no-regression') return null;
  if (outcome === 'regression') return { kind: 'failure', type: 'regression', ...said };
  const message = `${OUTCOME_NAMES['not-judged']}: ${said.message}`;
  return { kind: 'error', type: 'not-judged', ...said, message };
}

function caseOf(classname: string, name: string, file: string): JunitCase {
  return { classname, name, durationMs: 0, file, line: 1 };
}
