import { junitText, type JunitCase } from '../report/forms/junit-text.ts';
import { counted } from '../report/text.ts';
import type { SavedSearch, SearchFinding, SearchRun } from './saved.ts';
import { isConclusive, outcomeOf } from './search.ts';

/**
 * A search as JUnit XML: a case for the search itself, which fails or has an error whenever the exit code is not 0, and one
 * for each finding. A run is no case of its own: a search has as many as there was time for.
 *
 * @param folder as the user would write it
 */
export function renderSearchJunit(search: SavedSearch, folder: string): string {
  const { verdict, headline } = outcomeOf(search);
  const { file, name, wallMs, startedAt, seed, findings } = search;
  const place = { classname: `explore ${name}`, file, line: 1 };
  const whole: JunitCase = {
    ...place,
    name: 'searched',
    durationMs: wallMs,
    ...(verdict === 'pass' || verdict === 'fail'
      ? {}
      : { problem: { kind: 'error', type: verdict, message: headline, text: search.warnings.join('\n') } }),
  };
  const cases = findings.map((finding): JunitCase => ({
    ...place,
    name: finding.id,
    durationMs: 0,
    problem: {
      kind: 'failure',
      type: finding.id,
      message: finding.words,
      text: findingText(finding, search.runs, folder),
    },
  }));
  const runs = search.runs.length;
  return junitText([
    {
      name: `explore ${name}`,
      durationMs: wallMs,
      startedAt,
      properties: {
        ...{ verdict, headline, seed: String(seed), runs: String(runs) },
        inconclusive: String(search.runs.filter((run) => !isConclusive(run)).length),
      },
      cases: [whole, ...cases],
    },
  ]);
}

function findingText({ runs, reduced, notReduced }: SearchFinding, all: SearchRun[], folder: string): string {
  const first = all.find(({ number }) => number === runs[0]);
  return [
    `in ${counted(runs.length, 'run')}: ${runs.join(', ')}`,
    ...(first === undefined ? [] : [`run ${first.number}: ${first.headline}`]),
    ...(first?.folder === undefined ? [] : [`report: ${folder}/${first.folder}/report.html`]),
    reduced === null
      ? `not reduced${notReduced === undefined ? '' : `: ${notReduced}`}`
      : `smallest experiment: ${folder}/${reduced.experiment}`,
  ].join('\n');
}
