import type { ComparisonOutcome } from '../compare/comparison.ts';
import { counted } from '../report/text.ts';

/** What a nightly run was compared with, and the outcome; also says when it was compared with nothing. */
export function comparedWords({ cells }: { cells: readonly ComparedCell[] }): string {
  if (cells.every(({ outcome, baseline }) => outcome === undefined && baseline === undefined))
    return 'it was not compared with an earlier nightly run';
  const baselines = [...new Set(cells.flatMap(({ baseline }) => baseline ?? []))];
  if (baselines.length === 0) return 'there is no good nightly run yet to compare it with';
  const of = (outcome: ComparisonOutcome): number => cells.filter((cell) => cell.outcome === outcome).length;
  const open = cells.filter(({ outcome }) => outcome !== 'regression' && outcome !== 'no-regression');
  const [first] = open;
  const why = first === undefined ? '' : ` (the first: ${whyNot(first)})`;
  const parts = [
    ...(of('regression') > 0 ? [`${counted(of('regression'), 'cell')} with a regression`] : []),
    ...(of('no-regression') > 0 ? [`${counted(of('no-regression'), 'cell')} without a regression`] : []),
    ...(open.length > 0 ? [`${counted(open.length, 'cell')} not judged${why}`] : []),
  ];
  return `compared with ${baselines.join(', ')}: ${parts.join(', ')}`;
}

function whyNot({ experiment, column, notJudged }: ComparedCell): string {
  return `${experiment} on ${column}: ${notJudged?.[0] ?? 'its result was not saved'}`;
}

/** The fields of a nightly run's cell that it reads. */
interface ComparedCell {
  experiment: string;
  column: string;
  outcome?: ComparisonOutcome;
  notJudged?: string[];
  baseline?: string;
}
