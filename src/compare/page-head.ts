import { html, type Markup } from '../report/html/markup.ts';
import { shape } from '../report/html/sections/badge.ts';
import { counted } from '../report/text.ts';
import type { Verdict } from '../verdict/verdict.ts';
import type { Comparison, ComparisonOutcome, ExperimentComparison } from './comparison.ts';
import { leftOutWords, NOTHING, notesOf, OUTCOME_NAMES, scopeWords, toleranceWords } from './words.ts';

/** A single experiment has its conclusion at the top; for several, the top lists the outcome of each. */
export function pageHead(comparison: Comparison): Markup {
  const { experiments, leftOut, outcome } = comparison;
  const [only] = experiments;
  const overline = (what: Markup): Markup => html`<p class="overline">nats-chaos <span>${what}</span></p>`;
  const left = leftOut.length > 0 && html`<p class="hint">${leftOutWords(leftOut)}.</p>`;
  if (experiments.length === 1 && only !== undefined) {
    return html`<header class="top">
      ${overline(html`comparison of <b>${only.experiment}</b>`)}
      <h1>${only.title}</h1>
      ${conclusion(only, comparison)} ${left}
    </header>`;
  }
  return html`<header class="top">
    ${overline(html`comparison`)}
    <h1>Comparison of ${counted(experiments.length, 'experiment')}</h1>
    ${experiments.length === 0 && banner(outcome, NOTHING)}
    <ul class="reasons">
      ${experiments.map(
        (one) => html`<li>${mark(one.outcome)} <a href="#${idOf(one)}">${one.experiment}</a></li>`,
      )}
    </ul>
    ${left}
  </header>`;
}

/** With several experiments, each has its own conclusion. */
export function experimentHead(one: ExperimentComparison, comparison: Comparison): Markup {
  return html`<section class="experiment" id="${idOf(one)}">
    <h2>${one.title} <small>${one.experiment}</small></h2>
    ${conclusion(one, comparison)}
  </section>`;
}

function idOf({ experiment }: ExperimentComparison): string {
  return `experiment-${experiment}`;
}

/**
 * Each outcome has the shape of a verdict, so that it can be read without colour; `not-judged` has no colour at all.
 */
const LOOKS: Readonly<Record<ComparisonOutcome, { shape: Verdict; tone: string }>> = {
  regression: { shape: 'fail', tone: 'v-fail' },
  'no-regression': { shape: 'pass', tone: 'v-pass' },
  'not-judged': { shape: 'inconclusive', tone: 'v-not-judged' },
};

function mark(outcome: ComparisonOutcome): Markup {
  const { shape: sign, tone } = LOOKS[outcome];
  return html`<span class="badge ${tone}">${shape(sign)}${OUTCOME_NAMES[outcome]}</span>`;
}

function banner(outcome: ComparisonOutcome, headline: string, more: Markup | null = null): Markup {
  const { shape: sign, tone } = LOOKS[outcome];
  const name = OUTCOME_NAMES[outcome];
  return html`<section class="verdict ${tone}" aria-label="Comparison: ${name}">
    ${shape(sign)}
    <div>
      <h2>${name}</h2>
      <p class="headline">${headline}</p>
      ${more}
    </div>
  </section>`;
}

function conclusion(one: ExperimentComparison, { tolerance }: Comparison): Markup {
  const notes = notesOf(one).map(({ kind, text, command }) => {
    const said = kind.charAt(0).toUpperCase() + kind.slice(1);
    return html`<li>
      <b>${said}:</b> ${text}${
        command !== undefined &&
        html`:
          <pre class="command">${command}</pre>`
      }
    </li>`;
  });
  const words = toleranceWords(one, tolerance);
  return banner(
    one.outcome,
    scopeWords(one),
    html`${
      notes.length > 0 &&
      html`<ul>
        ${notes}
      </ul>`
    }
    ${words !== null && html`<p class="hint">${words}</p>`}`,
  );
}
