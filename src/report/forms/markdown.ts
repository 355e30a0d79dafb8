import { formatDuration } from '../../support/units.ts';
import { SIGNS } from '../paint.ts';
import { leftOutMarkdown, type LeftOut } from '../left-out.ts';
import type { SavedRun } from '../schema.ts';
import { summaryRows } from '../summary-rows.ts';
import { besideText, clip, counted } from '../text.ts';
import { codeBlock, inline, markdownTable } from './markdown-text.ts';

/** GitHub takes no step summary above 1 MiB; a reader takes in far less. */
const MAX_ROWS = 100;
const MAX_REASONS = 20;

/** Runs as Markdown for people: the verdict and its reasons first, then what was done and found. */
export function renderMarkdown(runs: readonly SavedRun[], leftOut: readonly LeftOut[] = []): string {
  const parts = [...runs.map(renderOne), leftOutMarkdown(leftOut, runs.length + leftOut.length)];
  return parts.filter((part) => part !== '').join('\n');
}

function renderOne(saved: SavedRun): string {
  const server = saved.versions['nats-server'];
  const facts = [
    ...(server === undefined ? [] : [`nats-server ${server}`]),
    `driver ${saved.driver}`,
    `seed ${saved.seed}`,
    formatDuration(saved.durationMs),
    ...(saved.beside === undefined ? [] : [besideText(saved.beside)]),
    saved.startedAt,
    `run ${saved.runId}`,
  ];
  const parts = [
    `## ${SIGNS[saved.verdict]} ${saved.verdict.toUpperCase()}: ${inline(saved.experiment.title)}`,
    `**${inline(saved.headline)}**`,
    inline(facts.join(' · ')),
    reasonList(saved),
    rowTable(saved),
    `Repeat it:\n\n${codeBlock(saved.repeat.command)}`,
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function reasonList({ reasons }: SavedRun): string {
  const rest = reasons.slice(1);
  const shown = rest.slice(0, MAX_REASONS).map(({ verdict, text, source }) => {
    return `- ${verdict}: ${inline(clip(text, 400))} (${inline(source)})`;
  });
  const more = rest.length - shown.length;
  return [...shown, ...(more > 0 ? [`- and ${counted(more, 'more reason')} in the report`] : [])].join('\n');
}

function rowTable(saved: SavedRun): string {
  const all = summaryRows(saved);
  // Problems must be among the shown rows, however many rows there are.
  const shown = all.length <= MAX_ROWS ? all : all.filter((row) => row.verdict !== 'pass').slice(0, MAX_ROWS);
  const rows = shown.map((row) => [
    row.what,
    `${SIGNS[row.verdict]} ${row.outcome}`,
    row.subject,
    clip(row.statement, 400),
  ]);
  const left = all.length - shown.length;
  const note = left > 0 ? [`\n${counted(left, 'more row')} in the report.`] : [];
  return [markdownTable(['', 'outcome', 'what', 'seen'], rows), ...note].join('\n');
}
