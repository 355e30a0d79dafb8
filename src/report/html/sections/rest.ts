import { formatDuration } from '../../../support/units.ts';
import { unavailabilityText } from '../../../verdict/unavailability.ts';
import type { SavedRun } from '../../schema.ts';
import { formatNumber } from '../../text.ts';
import { html } from '../markup.ts';
import { at, facts, section, table, type Section } from './table.ts';

export function workloads({ workloads: all }: SavedRun): Section | null {
  if (all.length === 0) return null;
  const rows = all.map((w) => [
    w.name,
    w.kind,
    html`<code>${w.target}</code>`,
    formatNumber(w.ok),
    formatNumber(w.failed),
    formatNumber(w.unknown),
    formatNumber(w.redelivered),
    w.unavailability === undefined ? '–' : unavailabilityText(w.unavailability),
    w.firstError ?? '',
  ]);
  const heads = [
    'Name',
    'Kind',
    'Target',
    'Succeeded',
    'Refused',
    'Unanswered',
    'Redelivered',
    'Unavailable',
    'First error',
  ];
  return section('workloads', 'Workloads', [table('Operations of each workload', heads, rows)]);
}

/** The timeline of the run, line by line. */
export function timelineEntries({ timeline }: SavedRun): Section {
  return section('timeline-entries', 'Timeline in words', [
    html`<ol class="entries">
      ${timeline.map(
        (entry) =>
          html`<li class="k-${entry.kind}">
            <time>${at(entry.t)}</time><span class="kind">${entry.kind}</span><span>${entry.text}</span>
          </li>`,
      )}
    </ol>`,
  ]);
}

/** How the run itself went, and what took part. */
export function machinery(saved: SavedRun): Section {
  const { figures, guard, drain, versions, program, kept } = saved;
  return section('machinery', 'The run itself', [
    facts([
      ['Cluster ready', figures.readyMs === undefined ? '–' : formatDuration(figures.readyMs)],
      ['Teardown', figures.teardownMs === undefined ? '–' : formatDuration(figures.teardownMs)],
      ...figures.faults.map(
        ({ fault, provenAfterMs, removedAfterMs }) =>
          [`${fault} proven / removed`, `${duration(provenAfterMs)} / ${duration(removedAfterMs)}`] as const,
      ),
      ['Guard', guardText(saved)],
      drain === undefined ? null : ['Drain', drain.note],
      [program.name, program.version],
      ...Object.entries(versions).filter(([name]) => name !== program.name),
    ]),
    guard.bypasses.length > 0 &&
      table(
        'Connections that bypassed the links under control',
        ['When', 'What'],
        guard.bypasses.map((b) => [at(b.t), b.text]),
      ),
    kept !== undefined &&
      html`<p>
        Left running on purpose: ${kept.urls.join(', ')}; files in
        <code>${kept.folder}</code>. Taken down by <code>chaos recover ${saved.runId}</code>.
      </p>`,
    saved.logs.length > 0 &&
      html`<p class="targets">Server logs: ${saved.logs.map((log) => html`<code>${log}</code> `)}</p>`,
  ]);
}

function guardText({ guard, topology }: SavedRun): string {
  if (guard.bypasses.length > 0) return `${guard.bypasses.length} bypassed the links`;
  if (guard.checks === 0 && topology.links.every(({ direct }) => direct === true))
    return 'not needed: no link was under control';
  return `${guard.checks} checks, no bypass`;
}

function duration(ms: number | undefined): string {
  return ms === undefined ? '–' : formatDuration(ms);
}

export function sources({ experiment, environment, repeat }: SavedRun): Section {
  const source = (what: string, file: string, text: string) =>
    html`<details>
      <summary>${what} <code>${file}</code></summary>
      <pre>${text}</pre>
    </details>`;
  return section('repeat', 'Repeat this run', [
    html`<pre class="command">${repeat.command}</pre>`,
    source('The experiment as it ran', experiment.file, experiment.source),
    source('The environment as it ran', environment.file, environment.source),
  ]);
}
