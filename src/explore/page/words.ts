import { counted } from '../../report/text.ts';
import { formatDuration } from '../../support/units.ts';
import type { Verdict } from '../../verdict/verdict.ts';
import type { SavedSearch } from '../saved.ts';

/** The result of a search in words, and the verdict whose sign it has. */
export function headlineOf(search: SavedSearch): { verdict: Verdict; words: string; sentence: string } {
  const { findings, endedAt, interrupted } = search;
  const end = endedAt === undefined ? 'Still searching' : undefined;
  if (findings.length > 0) {
    const words = end ?? `${counted(findings.length, 'finding')}`;
    return { verdict: 'fail', words, sentence: sentenceOf(search) };
  }
  if (interrupted !== undefined)
    return { verdict: 'interrupted', words: 'Interrupted', sentence: sentenceOf(search) };
  const { conclusive, all } = countsOf(search);
  // Nothing found proves little where hardly a run could tell.
  if (conclusive === 0 || (all - conclusive) * 2 > all)
    return { verdict: 'inconclusive', words: end ?? 'Too little conclusive', sentence: sentenceOf(search) };
  return { verdict: 'pass', words: end ?? 'Nothing found', sentence: sentenceOf(search) };
}

function countsOf({ runs }: SavedSearch): { all: number; conclusive: number; novel: number } {
  const conclusive = runs.filter(({ verdict }) => verdict === 'pass' || verdict === 'fail').length;
  const novel = runs.reduce((sum, run) => sum + run.novel.length, 0);
  return { all: runs.length, conclusive, novel };
}

function sentenceOf(search: SavedSearch): string {
  const { findings, wallMs, features, stopped } = search;
  const { all, conclusive, novel } = countsOf(search);
  const drawn = features.filter(({ count }) => count > 0).length;
  const found = findings.map(({ words, count }) => `${words} (${counted(count, 'run')})`).join('; ');
  return [
    `${counted(all, 'run')} in ${formatDuration(wallMs)}, ${conclusive} of them conclusive`,
    `${drawn} of ${counted(features.length, 'feature')} of the space drawn, ${counted(novel, 'new observation')}`,
    ...(found === '' ? [] : [found]),
    ...(stopped === undefined ? [] : [stopped]),
  ].join('; ');
}
