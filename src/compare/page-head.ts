import { html, type Markup } from '../report/html/markup.ts';
import { badge, shape } from '../report/html/sections/badge.ts';
import { counted } from '../report/text.ts';
import type { Verdict } from '../verdict/verdict.ts';
import type { ExperimentComparison } from './comparison.ts';

/** One experiment has its conclusion at the top; of several the top says which came to what. */
export function pageHead(experiments: readonly ExperimentComparison[]): Markup {
  const [only] = experiments;
  const overline = (what: Markup): Markup => html`<p class="overline">nats-chaos <span>${what}</span></p>`;
  if (experiments.length === 1 && only !== undefined) {
    return html`<header class="top">
      ${overline(html`comparison of <b>${only.experiment}</b>`)}
      <h1>${only.title}</h1>
      ${conclusion(only)}
    </header>`;
  }
  return html`<header class="top">
    ${overline(html`comparison`)}
    <h1>Comparison of ${counted(experiments.length, 'experiment')}</h1>
    <ul class="reasons">
      ${experiments.map((one) => {
        const { verdict, words } = outcomeOf(one);
        return html`<li>${badge(verdict, words)} <a href="#${idOf(one)}">${one.experiment}</a></li>`;
      })}
    </ul>
  </header>`;
}

/** Of several experiments each has its own. */
export function experimentHead(one: ExperimentComparison): Markup {
  return html`<section class="experiment" id="${idOf(one)}">
    <h2>${one.title} <small>${one.experiment}</small></h2>
    ${conclusion(one)}
  </section>`;
}

function idOf({ experiment }: ExperimentComparison): string {
  return `experiment-${experiment}`;
}

function outcomeOf({ regressions, untold }: ExperimentComparison): { verdict: Verdict; words: string } {
  if (regressions.length > 0) return { verdict: 'fail', words: 'Regression' };
  if (untold.length > 0) return { verdict: 'inconclusive', words: 'Cannot tell' };
  return { verdict: 'pass', words: 'No regression' };
}

function conclusion(one: ExperimentComparison): Markup {
  const { groups, regressions, untold, metrics } = one;
  const { verdict, words } = outcomeOf(one);
  const judged = metrics.filter(({ tolerance }) => tolerance !== undefined).length;
  const lines = [...regressions, ...untold];
  const [reference, ...others] = groups.map(({ id }) => id);
  const held = others.length === 0 ? reference : `${others.join(', ')} against ${reference ?? ''}`;
  return html`<section class="verdict v-${verdict}" aria-label="Comparison: ${words}">
    ${shape(verdict)}
    <div>
      <h2>${words}</h2>
      <p class="headline">
        ${held}; ${judged} of ${counted(metrics.length, 'figure')} judged: those with a tolerance.
      </p>
      ${
        lines.length > 0 &&
        html`<ul>
          ${lines.map((line) => html`<li>${line}</li>`)}
        </ul>`
      }
    </div>
  </section>`;
}
