import { html, type Markup } from '../../report/html/markup.ts';
import { section, type Section } from '../../report/html/sections/table.ts';
import { counted } from '../../report/text.ts';
import type { SavedSearch, SearchFinding } from '../saved.ts';
import { linkTo, runLinks } from './links.ts';

/** What was found, in the order in which it was found, each with the smallest experiment that shows it. */
export function findingsSection({ findings, runs }: SavedSearch): Section | false {
  if (findings.length === 0) return false;
  const cards = findings.map((finding) => {
    const first = runs.find(({ number }) => number === finding.runs[0]);
    return html`<article class="card v-fail">
      <h3>${finding.words} <small>in ${counted(finding.count, 'run')}: ${runLinks(finding.runs)}</small></h3>
      ${
        first !== undefined &&
        html`<p class="quiet">
          Run ${first.number} (${first.kinds.join(', ') || 'no fault'}): ${first.headline}
        </p>`
      }
      ${reducedPart(finding)}
    </article>`;
  });
  return section('findings', 'Findings', cards);
}

function reducedPart({ reduced, notReduced }: SearchFinding): Markup {
  if (reduced === null) return html`<p>not reduced${notReduced !== undefined && `: ${notReduced}`}</p>`;
  const { experiment, folder, before, after, runs, over } = reduced;
  const name = experiment.split('/').at(-1) ?? experiment;
  const files = html`<a href="${linkTo(experiment)}">${name}</a> and${' '}<a
      href="${linkTo(`${folder}/README.md`)}"
      >its README</a
    >`;
  const figures = `shown in ${after.shown} of ${counted(after.of, 'run')}, before in ${before.shown} of ${before.of}; reduced in ${counted(runs, 'run')}`;
  return html`<p>
      Smallest experiment that shows it: ${files}<br /><span class="quiet"
        >${figures}${over !== null && `; not further, because ${over}`}</span
      >
    </p>
    <p class="quiet">In the folder of this page: <code class="command">chaos run ${experiment}</code></p>`;
}
