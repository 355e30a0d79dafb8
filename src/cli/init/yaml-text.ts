import { load } from 'js-yaml';

/** A value on one line, as the shipped files write it: `{ kind: kill, nodes: east/orders@leader }`. */
export function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).map(([key, field]) => `${scalar(key)}: ${flow(field)}`);
    return `{ ${fields.join(', ')} }`;
  }
  return typeof value === 'string' ? scalar(value) : String(value);
}

/** A text as a YAML value that means exactly this: without quotes where that is safe, and `${` is no variable. */
export function scalar(text: string): string {
  const literal = text.replaceAll('${', '$$${');
  return PLAIN.test(literal) && load(literal) === literal ? literal : quoted(literal);
}

/** A text on a line of its own may hold spaces and commas too. */
export function line(text: string): string {
  const literal = text.replaceAll('${', '$$${');
  return PLAIN_LINE.test(literal) && load(literal) === literal ? literal : quoted(literal);
}

const PLAIN = /^[\w$][\w$./@%-]*$/;
const PLAIN_LINE = /^[A-Za-z][\w$./@%,;()' -]*$/;

/** JSON is YAML, but for characters that YAML does not let stand as they are. */
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
