/** The last word of a line as typed so far, and the words before it; none of them is evaluated. */
export interface TypedLine {
  before: string[];
  current: string;
  /** The part of the current word that the shell keeps: it replaces only what follows the last of these characters. */
  kept: number;
}

/**
 * Splits a line as a shell does, up to the cursor: quotes and backslashes are removed, variables and commands stay
 * text.
 *
 * @param breaks characters at which the shell itself begins a new word, such as `=`
 */
export function typedLine(text: string, breaks = ''): TypedLine {
  const words: string[] = [];
  /** Between quotes, a word may be empty. */
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

/** Only these word-breaking characters can be part of a word here. */
const JOINTS = '=:';

/** In double quotes, a backslash before most characters is only a backslash. */
function escaped(next: string, quote: string): string {
  return quote === '"' && !'"\\$`'.includes(next) ? `\\${next}` : next;
}
