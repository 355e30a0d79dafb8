import type { Finding } from '../../checkers/checker.ts';
import { circumstancesText } from '../../report/circumstances-text.ts';
import { paintVerdict, SIGNS, type Paint } from '../../report/paint.ts';
import { counted, formatNumber, printable } from '../../report/text.ts';
import type { Rechecked } from './repeat-checks.ts';

/** A finding has up to 20 examples: `--json` has them all. */
const MAX_EXAMPLES = 5;

/** Findings, what is incomplete, what differs from the report, and the verdict last. */
export function checkText(checked: Rechecked, run: string, paint: Paint): string {
  const { verdict, incomplete, read, findings, differences } = checked;
  const keys =
    read.keyOperations === undefined ? '' : `, operations on keys ${formatNumber(read.keyOperations)}`;
  const amounts = `publishes ${formatNumber(read.publishes)}, deliveries ${formatNumber(read.deliveries)}, stored messages ${formatNumber(read.stored)}${keys}`;
  return [
    ...findings.flatMap((finding) => findingLines(finding, paint)),
    ...(findings.length === 0 ? ['there is no check'] : []),
    ...incomplete.map((why) => `${SIGNS.inconclusive} ${printable(why)}`),
    ...differencesLines(differences),
    `${paint.bold(paintVerdict(paint, verdict, `${SIGNS[verdict]} ${verdict.toUpperCase()}`))}  ${run}: ${amounts}`,
  ].join('\n');
}

function findingLines({ check, subject, verdict, statement, examples }: Finding, paint: Paint): string[] {
  const head = paintVerdict(paint, verdict, `${SIGNS[verdict]} ${verdict}`);
  const shown = examples.slice(0, MAX_EXAMPLES);
  const more = examples.length - shown.length;
  return [
    `${head}  ${check} ${printable(subject)}: ${printable(statement)}`,
    // The statement ends with the first.
    ...shown.flatMap(({ text, circumstances }, at) => [
      ...(at === 0 ? [] : [`    ${printable(text)}`]),
      ...(circumstances === undefined
        ? []
        : [paint.dim(`      ${printable(circumstancesText(circumstances))}`)]),
    ]),
    ...(more > 0 ? [`    and ${counted(more, 'more example')}`] : []),
  ];
}

function differencesLines(differences: readonly string[] | undefined): string[] {
  if (differences === undefined) return [];
  if (differences.length === 0) return ['the report says the same'];
  return ['the report says something else:', ...differences.map((text) => `    ${printable(text)}`)];
}
