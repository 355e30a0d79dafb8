import { html, type Markup } from '../../report/html/markup.ts';
import { section, type Section } from '../../report/html/sections/table.ts';
import { counted } from '../../report/text.ts';
import { firstShown } from '../first-shown.ts';
import type { SavedSearch, SearchFinding } from '../saved.ts';
import { linkTo, runLinks } from './links.ts';

/** What was found, in the order in which it was found, each with the smallest experiment that shows it. */
export function findingsSection(search: SavedSearch): Section | false {
  const { findings } = search;
  if (findings.length === 0) return false;
  const cards = findings.map((finding) => {
    const first = firstShown(finding, search);
    return html`<article class="card v-fail">
      <h3>${finding.words} <small>in ${counted(finding.count, 'run')}: ${runLinks(finding.runs)}</small></h3>
      ${
        first !== undefined &&
        html`<p class="quiet">
          Run ${first.run.number} (${first.run.kinds.join(', ') || 'no fault'}): ${first.said}
        </p>`
      }
      ${reducedPart(finding, first?.run.folder)}
    </article>`;
  });
  return section('findings', 'Findings', cards);
}

function reducedPart({ id, reduced, notReduced }: SearchFinding, report: string | undefined): Markup {
  if (reduced === null)
    return html`<p>not reduced${notReduced !== undefined && `: ${notReduced}`}</p>
      ${notReduced === undefined && report !== undefined && inFolder(`chaos reduce ${report} --of ${id}`)}`;
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
    ${inFolder(`chaos run ${experiment}`)}`;
}

function inFolder(command: string): Markup {
  return html`<p class="quiet">In the folder of this page: <code class="command">${command}</code></p>`;
}
