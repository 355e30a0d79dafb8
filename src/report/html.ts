import { createHash } from 'node:crypto';
import { escapeJson } from './html/markup.ts';
import { chartsOf } from './html/model/charts.ts';
import { packed, pageData, type PageData } from './html/model/page-data.ts';
import { actions } from './html/sections/actions.ts';
import { VERDICT_NAMES } from './html/sections/badge.ts';
import { expectations, findings, steadyState, thresholds } from './html/sections/claims.ts';
import { faults } from './html/sections/faults.ts';
import { firstScreen } from './html/sections/first-screen.ts';
import { latencies } from './html/sections/latencies.ts';
import { machinery, sources, timelineEntries, workloads } from './html/sections/rest.ts';
import { liveness } from './html/sections/liveness.ts';
import { score } from './html/sections/score.ts';
import { serverEvents } from './html/sections/server-events.ts';
import { contents } from './html/sections/table.ts';
import { topology } from './html/sections/topology.ts';
import { pageScript, plotStyle } from './html/script.ts';
import { STYLE } from './html/style.ts';
import type { SavedRun } from './schema.ts';
import { wholePage } from './html/whole-page.ts';

/**
 * The run as one self-contained page: no network, no script except its own (by hash), every text from outside escaped,
 * and no point that was not saved.
 */
export function renderHtml(saved: SavedRun): string {
  const charts = chartsOf(saved);
  const title = `${VERDICT_NAMES[saved.verdict]}: ${saved.experiment.title}`;
  return livePage(title, body(saved, charts), [pageData(saved, charts)]);
}

/** A page with the script for its timelines, and no other script. */
export function livePage(title: string, content: string, data: readonly PageData[]): string {
  const style = `${plotStyle()}\n${STYLE}`;
  const script = pageScript();
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    `style-src ${hashOf(style)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const withScripts = [
    content,
    `<script type="application/json" id="run-data">${escapeJson(data.map(packed))}</script>`,
    `<script>${script}</script>`,
  ].join('\n');
  return wholePage({ title, policy, style, content: withScripts });
}

function body(saved: SavedRun, charts: ReturnType<typeof chartsOf>): string {
  const parts = [
    score(saved, charts),
    findings(saved),
    expectations(saved),
    liveness(saved),
    thresholds(saved),
    steadyState(saved),
    faults(saved),
    actions(saved),
    serverEvents(saved),
    topology(saved),
    latencies(saved),
    workloads(saved),
    timelineEntries(saved),
    machinery(saved),
    sources(saved),
  ].filter((part) => part !== null);
  const main = parts.map(({ text }) => text).join('\n');
  return `${firstScreen(saved).text}\n${contents(parts).text}\n<main>\n${main}\n</main>`;
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
