/** Of one template, so that a typing error does not fill the memory. */
export const MOST_SUBJECTS = 100_000;

const TOKEN = '([^\\s.*>{}]|\\{(\\d+\\.\\.\\d+|[^\\s.*>{},]+(,[^\\s.*>{},]+)*)\\})+';

/** The form of a subject without wildcards that may have places in braces; `expandSubject` reads it. */
export const TEMPLATE_PATTERN = `^${TOKEN}(\\.${TOKEN})*$`;

/** The same, with words that may be wildcards. */
export const WILDCARD_TEMPLATE_PATTERN = `^(>|(${TOKEN}|\\*)(\\.(${TOKEN}|\\*))*(\\.>)?)$`;

/**
 * The subjects that a template stands for: `orders.{1..1000}`, `orders.{eu,us}.new`. Of several places the last one changes
 * fastest. A subject without a place stands for itself.
 */
export function expandSubject(template: string): string[] {
  return parts(template).reduce<string[]>(
    (begun, part) => {
      const choices = choicesOf(part);
      return begun.flatMap((head) => choices.map((choice) => head + choice));
    },
    [''],
  );
}

/** How many subjects a template stands for, without making them. */
export function countSubjects(template: string): number {
  return parts(template).reduce((product, part) => product * countOf(part), 1);
}

/** The same, with what each place took, in the order of the places. */
export function expandTemplate(template: string): { text: string; took: string[] }[] {
  const begin: { text: string; took: string[] }[] = [{ text: '', took: [] }];
  return parts(template).reduce((begun, part) => {
    const choices = choicesOf(part);
    const isPlace = part.startsWith('{');
    return begun.flatMap(({ text, took }) =>
      choices.map((choice) => ({ text: text + choice, took: isPlace ? [...took, choice] : took })),
    );
  }, begin);
}

/** What one part of a template may be: a place one of several texts, any other part itself. */
function choicesOf(part: string): string[] {
  if (!part.startsWith('{')) return [part];
  const range = rangeOf(part);
  if (range === undefined) return part.slice(1, -1).split(',');
  return Array.from({ length: Math.max(0, range.to - range.from + 1) }, (_, at) => String(range.from + at));
}

function countOf(part: string): number {
  const range = rangeOf(part);
  if (range !== undefined) return Math.max(0, range.to - range.from + 1);
  return part.startsWith('{') ? part.split(',').length : 1;
}

function parts(template: string): string[] {
  return template.match(/\{[^}]*\}|[^{]+/g) ?? [];
}

function rangeOf(part: string): { from: number; to: number } | undefined {
  const [, from, to] = /^\{(\d+)\.\.(\d+)\}$/.exec(part) ?? [];
  return from === undefined ? undefined : { from: Number(from), to: Number(to) };
}
