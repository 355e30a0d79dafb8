import type { Verdict } from '../verdict/verdict.ts';

export interface Paint {
  bold(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  caution(text: string): string;
}

/** Colours for a terminal, or none at all. */
export function paintFor(color: boolean): Paint {
  const sgr = (on: number, off: number) => (text: string) =>
    color && text !== '' ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  return {
    bold: sgr(1, 22),
    dim: sgr(2, 22),
    good: sgr(32, 39),
    bad: sgr(31, 39),
    caution: sgr(33, 39),
  };
}

/** A sign and a word for each verdict and outcome: colour never carries the meaning alone. */
export const SIGNS: Readonly<Record<Verdict, string>> = {
  pass: '✔',
  fail: '✘',
  inconclusive: '?',
  error: '!',
  unclean: '!!',
  interrupted: '■',
};

/** The colour of a verdict. */
export function paintVerdict(paint: Paint, verdict: Verdict, text: string): string {
  if (verdict === 'pass') return paint.good(text);
  return verdict === 'inconclusive' || verdict === 'interrupted' ? paint.caution(text) : paint.bad(text);
}
