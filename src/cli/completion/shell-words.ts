/** The last word of a line as it is typed so far, and the ones before it; none of them is evaluated. */
export interface TypedLine {
  before: string[];
  current: string;
  /** How much of the current word the shell will not replace: it goes on after the last of these characters. */
  kept: number;
}

/**
 * Takes a line apart as a shell does, up to the cursor: quotes and backslashes are removed, variables and commands stay
 * text.
 *
 * @param breaks characters at which the shell begins a new word by itself, such as `=`
 */
export function typedLine(text: string, breaks = ''): TypedLine {
  const words: string[] = [];
  let word: string | null = null;
  let kept = 0;
  let quote = '';
  const add = (piece: string): void => {
    word = (word ?? '') + piece;
  };
  for (let i = 0; i < text.length; i++) {
    const c = text[i] ?? '';
    if (c === quote) quote = '';
    else if (c === '\\' && quote !== "'") add(escaped(text[++i] ?? '', quote));
    else if (quote !== '') add(c);
    else if (c === '"' || c === "'") {
      quote = c;
      add('');
    } else if (/\s/.test(c)) {
      if (word !== null) words.push(word);
      word = null;
      kept = 0;
    } else {
      add(c);
      if (JOINTS.includes(c) && breaks.includes(c)) kept = (word ?? '').length;
    }
  }
  return { before: words, current: word ?? '', kept };
}

/** Of all that can break a word, only these are ever part of one here. */
const JOINTS = '=:';

/** In double quotes, a backslash stands for itself before most characters. */
function escaped(next: string, quote: string): string {
  return quote === '"' && !'"\\$`'.includes(next) ? `\\${next}` : next;
}
