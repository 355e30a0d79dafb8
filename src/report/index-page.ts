import { createHash } from 'node:crypto';
import { formatDuration } from '../support/units.ts';
import { escapeHtml, html, type Markup } from './html/markup.ts';
import { badge, VERDICT_NAMES } from './html/sections/badge.ts';
import { table } from './html/sections/table.ts';
import { STYLE } from './html/style.ts';
import type { SavedRun } from './schema.ts';
import { counted } from './text.ts';

/** One run of the list. */
export interface IndexEntry {
  /** Name of its folder. */
  name: string;
  /** What is shown of it, or why it cannot be read. */
  run: RunHead | string;
}

export type RunHead = Pick<
  SavedRun,
  'experiment' | 'verdict' | 'headline' | 'versions' | 'startedAt' | 'durationMs'
>;

/**
 * The list of runs as a page without any script, each linking to its report.
 *
 * @param more how many older runs are not listed
 */
export function renderIndex(entries: readonly IndexEntry[], where: string, more = 0): string {
  const heads = ['Verdict', 'Experiment', 'NATS server', 'Started', 'Duration', 'Why'];
  const rows = entries.map(({ name, run }) => {
    const link = (text: string) => html`<a href="/runs/${encodeURIComponent(name)}/report.html">${text}</a>`;
    if (typeof run === 'string') return [badge('error', 'Unreadable'), name, '', '', '', run];
    const started = run.startedAt.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC');
    const version = run.versions['nats-server'] ?? '–';
    const took = formatDuration(run.durationMs);
    return [badge(run.verdict), link(run.experiment.name), version, started, took, run.headline];
  });
  const body = html`<header class="top">
      <p class="overline">
        nats-chaos <span>runs in <b>${where}</b></span>
      </p>
      <h1>Runs</h1>
      ${entries.length > 0 && html`<p class="tally">${tally(entries)}</p>`}
    </header>
    <main>
      ${entries.length === 0 ? nothingYet(where) : table('The newest first', heads, rows)}
      ${more > 0 && html`<p class="quiet">${counted(more, 'older run')} ${more === 1 ? 'is' : 'are'} not listed.</p>`}
    </main>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(`nats-chaos: runs in ${where}`)}</title>
<style>${INDEX_STYLE}</style>
</head>
<body>
${body.text}
</body>
</html>
`;
}

/** How many runs have each verdict. */
function tally(entries: readonly IndexEntry[]): Markup[] {
  const verdicts = entries.flatMap(({ run }) => (typeof run === 'string' ? [] : [run.verdict]));
  return [...new Set(verdicts)].map((verdict) => {
    const count = verdicts.filter((one) => one === verdict).length;
    return badge(verdict, `${count} ${VERDICT_NAMES[verdict].toLowerCase()}`);
  });
}

function nothingYet(where: string): Markup {
  return html`<p>There is no run in <code>${where}</code> yet. The first one is made with:</p>
    <pre class="command">chaos run experiments/partition-recovery.yaml</pre>`;
}

const INDEX_STYLE = `${STYLE}
.tally{display:flex;flex-wrap:wrap;gap:4px 20px;margin:0}
h1{margin-bottom:10px}
main{padding-top:22px}
@media (min-width:641px){td:nth-child(1),td:nth-child(2),td:nth-child(3),td:nth-child(4),td:nth-child(5){white-space:nowrap}}`;

/** The only thing that the page's policy allows. */
export const INDEX_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(INDEX_STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
