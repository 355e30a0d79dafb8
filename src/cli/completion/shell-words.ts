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
  /** A word may be empty and there, between quotes. */
  const word = { text: '', begun: false, kept: 0 };
  let quote = '';
  const add = (piece: string): void => {
    word.text += piece;
    word.begun = true;
  };
  for (let i = 0; i < text.length; i++) {
    const c = text.charAt(i);
    if (c === quote) quote = '';
    else if (c === '\\' && quote !== "'") add(escaped(text.charAt(++i), quote));
    else if (quote !== '') add(c);
    else if (c === '"' || c === "'") {
      quote = c;
      add('');
    } else if (/\s/.test(c)) {
      if (word.begun) words.push(word.text);
      Object.assign(word, { text: '', begun: false, kept: 0 });
    } else {
      add(c);
      if (JOINTS.includes(c) && breaks.includes(c)) word.kept = word.text.length;
    }
  }
  return { before: words, current: word.text, kept: word.kept };
}

/** Of all that can break a word, only these are ever part of one here. */
const JOINTS = '=:';

/** In double quotes, a backslash stands for itself before most characters. */
function escaped(next: string, quote: string): string {
  return quote === '"' && !'"\\$`'.includes(next) ? `\\${next}` : next;
}
