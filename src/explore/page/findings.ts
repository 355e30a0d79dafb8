import { html, type Markup } from '../../report/html/markup.ts';
import { badge } from '../../report/html/sections/badge.ts';
import { section, table } from '../../report/html/sections/table.ts';
import { counted } from '../../report/text.ts';
import type { SavedSearch, SearchFinding } from '../saved.ts';
import { linkTo, runLinks } from './links.ts';

/** What was found, each with the smallest experiment that shows it. */
export function findingsSection({ findings }: SavedSearch): Markup | false {
  if (findings.length === 0) return false;
  const rows = findings.map((finding) => [
    html`${badge('fail', finding.words)}<br /><span class="quiet">${finding.id}</span>`,
    finding.count,
    runLinks(finding.runs),
    reducedPart(finding),
  ]);
  const heads = ['What did not hold', 'Runs', 'Which', 'Smallest experiment that shows it'];
  return section('findings', 'Findings', [table('In the order in which they were found', heads, rows)]);
}

function reducedPart({ reduced, notReduced }: SearchFinding): Markup {
  if (reduced === null) return html`<span class="quiet">not reduced${notReduced && `: ${notReduced}`}</span>`;
  const { experiment, folder, before, after, runs, over } = reduced;
  const name = experiment.split('/').at(-1) ?? experiment;
  return html`<a href="${linkTo(experiment)}">${name}</a>${' · '}<a href="${linkTo(`${folder}/README.md`)}"
      >README.md</a
    ><br /><span class="quiet"
      >shown in ${after.shown} of ${counted(after.of, 'run')}, before in ${before.shown} of ${before.of};
      reduced in ${counted(runs, 'run')}${over !== null && `; not further, because ${over}`}</span
    >`;
}
