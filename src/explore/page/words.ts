import { html, Markup } from '../../report/html/markup.ts';
import { shape } from '../../report/html/sections/badge.ts';
import { counted } from '../../report/text.ts';
import { formatDuration } from '../../support/units.ts';
import type { Verdict } from '../../verdict/verdict.ts';
import type { SavedSearch } from '../saved.ts';
import { outcomeOf } from '../search.ts';

const WORDS: Readonly<Record<Exclude<Verdict, 'fail'>, string>> = {
  pass: 'Nothing found',
  inconclusive: 'Too little conclusive',
  error: 'No run could be carried out',
  unclean: 'Something was left behind',
  interrupted: 'Interrupted',
};

const GLASS =
  '<circle cx="12" cy="12" r="11"/><path class="ink" d="M10.6 6.2a4.4 4.4 0 1 1 0 8.8 4.4 4.4 0 1 1 0-8.8M14 14l4 4"/>';

/** The result of a search: its sign, the class of its colour, a few words, and a sentence. */
export interface Headline {
  sign: Markup;
  tone: string;
  words: string;
  sentence: string;
}

export function headlineOf(search: SavedSearch): Headline {
  const { verdict } = outcomeOf(search);
  const ended = verdict === 'fail' ? counted(search.findings.length, 'finding') : WORDS[verdict];
  const sentence = sentenceOf(search);
  if (search.endedAt !== undefined)
    return { sign: shape(verdict), tone: `v-${verdict}`, words: ended, sentence };
  const found = search.findings.length > 0;
  return {
    // That nothing was found so far is no result.
    sign: new Markup(
      html`<svg class="shape" viewBox="0 0 24 24" aria-hidden="true">${new Markup(GLASS)}</svg>`.text,
    ),
    tone: found ? 'v-fail' : 'v-not-judged',
    words: found ? `Still searching: ${ended} so far` : 'Still searching',
    sentence: `${sentence}. Load the page again to see more; chaos explore --resume goes on with a search that was killed`,
  };
}

function sentenceOf(search: SavedSearch): string {
  const { runs, findings, wallMs, stopped } = search;
  const { conclusive } = outcomeOf(search);
  const found = findings.map(({ words, count }) => `${words} (${counted(count, 'run')})`).join('; ');
  return [
    ...(found === '' ? [] : [found]),
    `${counted(runs.length, 'run')} in ${formatDuration(wallMs)}, ${conclusive} of them conclusive`,
    ...(stopped === undefined ? [] : [stopped]),
  ].join('; ');
}
