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

/** The result of a search in words, and the verdict whose sign it has. */
export function headlineOf(search: SavedSearch): { verdict: Verdict; words: string; sentence: string } {
  const { verdict } = outcomeOf(search);
  const ended = verdict === 'fail' ? counted(search.findings.length, 'finding') : WORDS[verdict];
  const words = search.endedAt === undefined ? 'Still searching' : ended;
  return { verdict, words, sentence: sentenceOf(search) };
}

function sentenceOf(search: SavedSearch): string {
  const { runs, findings, wallMs, features, stopped } = search;
  const { conclusive } = outcomeOf(search);
  const novel = runs.reduce((sum, run) => sum + run.novel.length, 0);
  const drawn = features.filter(({ count }) => count > 0).length;
  const found = findings.map(({ words, count }) => `${words} (${counted(count, 'run')})`).join('; ');
  return [
    `${counted(runs.length, 'run')} in ${formatDuration(wallMs)}, ${conclusive} of them conclusive`,
    `${drawn} of ${counted(features.length, 'feature')} of the space drawn, ${counted(novel, 'new observation')}`,
    ...(found === '' ? [] : [found]),
    ...(stopped === undefined ? [] : [stopped]),
  ].join('; ');
}
