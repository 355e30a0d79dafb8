/** What one request puts into the places of a text. */
export interface Filling {
  id: string;
  /** From 1. */
  n: number;
}

const PLACE = /\{(id|n|\d+\.\.\d+|[\w-]+(?:,[\w-]+)+)\}/g;

type Place = 'id' | 'n' | { choices: number; of: (at: number) => string };
type Part = { text: string } | { place: Place };

/**
 * A text with places: `{id}` and `{n}` of the request; `{1..1000}` and `{eu,us}`, which requests take in turn. Of several of
 * these the last one changes fastest. All other braces are text.
 *
 * @param encode is used for an id
 */
export function templateOf(
  text: string,
  encode: (id: string) => string = (id) => id,
): (filling: Filling) => string {
  const parts = partsOf(text);
  if (parts.length === 0) return () => text;
  return ({ id, n }) => {
    let turn = n - 1;
    let filled = '';
    for (let at = parts.length - 1; at >= 0; at -= 1) {
      const part = parts[at] as Part;
      if ('text' in part) filled = part.text + filled;
      else if (part.place === 'id') filled = encode(id) + filled;
      else if (part.place === 'n') filled = String(n) + filled;
      else {
        filled = part.place.of(turn % part.place.choices) + filled;
        turn = Math.floor(turn / part.place.choices);
      }
    }
    return filled;
  };
}

function partsOf(text: string): Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (const match of text.matchAll(PLACE)) {
    if (match.index > from) parts.push({ text: text.slice(from, match.index) });
    parts.push({ place: placeOf(match[1] ?? '') });
    from = match.index + match[0].length;
  }
  if (parts.length > 0 && from < text.length) parts.push({ text: text.slice(from) });
  return parts;
}

function placeOf(inner: string): Place {
  if (inner === 'id' || inner === 'n') return inner;
  const [, first, last] = /^(\d+)\.\.(\d+)$/.exec(inner) ?? [];
  if (first === undefined) {
    const words = inner.split(',');
    return { choices: words.length, of: (at) => words[at] ?? '' };
  }
  const [from, to] = [Number(first), Number(last)];
  return { choices: Math.max(1, to - from + 1), of: (at) => String(from + at) };
}
