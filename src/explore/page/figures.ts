import { html, type Markup } from '../../report/html/markup.ts';
import { figure } from '../../report/html/sections/figure.ts';
import { counted, formatNumber } from '../../report/text.ts';
import { formatDuration, formatPercentage } from '../../support/units.ts';
import type { SavedSearch } from '../saved.ts';
import { isConclusive } from '../search.ts';

/** What readers want to know first of a search, as numbers. */
export function figuresOf(search: SavedSearch): Markup {
  const { runs, findings, features, covered, wallMs } = search;
  const showed = runs.filter(({ verdict }) => verdict === 'fail').length;
  const without = runs.filter((run) => !isConclusive(run)).length;
  const had = features.filter(({ count }) => count > 0).length;
  const novel = runs.reduce((sum, run) => sum + run.novel.length, 0);
  const last = runs.findLast((run) => run.novel.length > 0);
  const perMinute = wallMs > 0 ? (runs.length / wallMs) * 60_000 : 0;
  return html`<ul class="figures" aria-label="Key figures">
    ${figure(
      'Findings',
      formatNumber(findings.length),
      showed === 0 ? 'no run failed' : `in ${counted(showed, 'run')}`,
      findings.length > 0 ? 'fail' : 'plain',
    )}${figure('Runs', formatNumber(runs.length), `${perMinute.toFixed(1)} a minute`, 'plain')}${figure(
      'Not conclusive',
      formatNumber(without),
      without === 0 ? 'every run passed or failed' : 'counted apart, with their reasons',
      without > 0 ? 'inconclusive' : 'plain',
    )}${figure(
      'Space covered',
      covered === undefined ? '—' : formatPercentage(covered, 0),
      `${had} of ${features.length} faults, actions and settings drawn`,
      'plain',
    )}${figure(
      'New observations',
      formatNumber(novel),
      last === undefined ? 'none' : `the last in run ${last.number}`,
      'plain',
    )}${figure('Searched for', formatDuration(wallMs), budgetText(search), 'plain')}
  </ul>`;
}

/** `of 2 h`, `of 200 runs and 2 h`. */
function budgetText({ budget }: SavedSearch): string {
  const limits = [
    ...(budget.runs === undefined ? [] : [counted(budget.runs, 'run')]),
    ...(budget.ms === undefined ? [] : [formatDuration(budget.ms)]),
  ];
  return limits.length === 0 ? '' : `of ${limits.join(' or ')}`;
}
