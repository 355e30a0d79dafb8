import { codeBlock, inline, markdownTable } from '../report/forms/markdown-text.ts';
import type { Comparison, ExperimentComparison, MetricRow } from './comparison.ts';
import { ratioText } from './quantity.ts';
import { spreadText, worthShowing } from './text.ts';
import {
  callText,
  leftOutWords,
  NOTHING,
  notesOf,
  OUTCOME_NAMES,
  OUTCOME_SIGNS,
  scopeWords,
  toleranceWords,
  type Note,
} from './words.ts';

/** A comparison as Markdown for people: the outcome and the differences of each experiment, then its figures. */
export function renderComparisonMarkdown({ experiments, tolerance, leftOut }: Comparison): string {
  const parts = [
    ...(experiments.length === 0 ? [inline(NOTHING)] : []),
    ...experiments.flatMap((one) => experimentParts(one, tolerance)),
    ...(leftOut.length === 0 ? [] : [inline(leftOutWords(leftOut))]),
  ];
  return `${parts.join('\n\n')}\n`;
}

function experimentParts(one: ExperimentComparison, tolerance: number | undefined): string[] {
  const head = `${OUTCOME_SIGNS[one.outcome]} ${OUTCOME_NAMES[one.outcome].toUpperCase()}: ${one.experiment}`;
  const notes = notesOf(one);
  const commands = notes.flatMap(({ command }) => (command === undefined ? [] : [codeBlock(command)]));
  const words = toleranceWords(one, tolerance);
  return [
    `## ${inline(head)}`,
    `**${inline(scopeWords(one))}**`,
    ...(notes.length === 0 ? [] : [notes.map(item).join('\n')]),
    ...commands,
    ...(words === null ? [] : [inline(words)]),
    ...figureTable(one),
  ];
}

function item({ kind, text }: Note): string {
  return `- ${kind}: ${inline(text)}`;
}

function figureTable({ groups, metrics }: ExperimentComparison): string[] {
  const shown = metrics.filter(worthShowing);
  if (shown.length === 0) return [];
  const rows = shown.map((row) => [row.label, ...groups.map(({ id }) => cell(row, id))]);
  return [markdownTable(['', ...groups.map(({ id }) => id)], rows)];
}

function cell(row: MetricRow, group: string): string {
  const difference = row.differences.find((one) => one.group === group);
  const spread = spreadText(row, group);
  if (difference === undefined || difference.call === 'missing') return spread;
  return `${spread}; ${ratioText(difference.ratio)} ${callText(row, difference)}`;
}
