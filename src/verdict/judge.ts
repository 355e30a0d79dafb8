import { asExpected } from './expected.ts';
import type { RunRecord } from '../history/record.ts';
import type { JudgeInput } from './rules/rule.ts';
import { RULES } from './rules.ts';
import { SERVER_ASSERTION } from './server-assertion.ts';
import { isUndeclared } from './undeclared.ts';
export type { JudgeInput } from './rules/rule.ts';
import { exitCodeOf, VERDICT_ORDER, worstOf, type Judgement, type Reason } from './verdict.ts';

/** Merges all observations of a run into one verdict: every rule of the table is applied, and the worst reason wins. */
export function judge(input: JudgeInput): Judgement {
  const said = RULES.flatMap((rule) => rule(input));
  const reasons = said.filter((reason, at) => said.findIndex((other) => same(reason, other)) === at);
  // Stable: within one verdict, reasons keep the order of the table.
  reasons.sort((a, b) => VERDICT_ORDER.indexOf(b.verdict) - VERDICT_ORDER.indexOf(a.verdict));
  const verdict = worstOf(reasons);
  const exitCode = exitCodeOf(verdict, input.record.interrupted);
  const rehearsed = input.rehearsal === true ? 'Rehearsed without its faults. ' : '';
  const headline = rehearsed + headlineOf(input, reasons);
  const judgement = { verdict, exitCode, headline, reasons };
  return asExpected(judgement, input.expect ?? 'pass', input.record.versions['nats-server']);
}

function same(a: Reason, b: Reason): boolean {
  return a.verdict === b.verdict && a.text === b.text && a.source === b.source;
}

function headlineOf(input: JudgeInput, reasons: readonly Reason[]): string {
  const [first, ...rest] = reasons;
  if (first === undefined) return passHeadline(input);
  const more = rest.filter((reason) => reason.verdict === first.verdict).length;
  return more === 0 ? first.text : `${first.text} (and ${counted(more, 'more reason')})`;
}

function passHeadline({ record, findings, thresholds }: JudgeInput): string {
  const expectations = record.phases.flatMap((phase) => phase.expectations).length;
  const skipped = record.faults.filter((fault) => fault.skipped !== undefined).length;
  const held = [
    [
      record.faults.length - skipped,
      'fault',
      `proven and undone${skipped === 0 ? '' : ` (${skipped} skipped)`}`,
    ],
    [findings.filter((finding) => !isUndeclared(finding)).length, 'check', 'passed'],
    [expectations, 'expectation', 'met'],
    [thresholds.length, 'threshold', 'kept'],
  ] as const;
  const parts = held.filter(([n]) => n > 0).map(([n, noun, what]) => `${counted(n, noun)} ${what}`);
  if (record.steadyStateAfter.length > 0) parts.unshift('the steady state held before and after');
  return [sentence(parts.join(', ')), ...explained(findings), ...needless(record)].join('; ');
}

/** Assertions that servers violated, each explained by a fault: whoever reads only the headline is to know of them. */
function explained(findings: JudgeInput['findings']): string[] {
  const violated = findings
    .filter(({ check }) => check === SERVER_ASSERTION)
    .map(({ subject }) => `"${subject}"`);
  if (violated.length === 0) return [];
  return [
    `servers violated ${counted(violated.length, 'assertion')} of their own, as faults explain: ${violated.join(', ')}`,
  ];
}

/** What the run waited for although it was there already. */
function needless({ phases }: RunRecord): string[] {
  return phases.flatMap(({ name, recovery, heldAtOnce }) => [
    ...(recovery?.outcome === 'never-lost' ? [`phase ${name}: the steady state was never seen lost`] : []),
    ...(heldAtOnce === true ? [`phase ${name}: what it waits for held at its first reading`] : []),
  ]);
}

function counted(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
