import { load } from 'js-yaml';

/** A value on one line, as in the shipped files: `{ kind: kill, nodes: east/orders@leader }`. */
export function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).map(([key, field]) => `${scalar(key)}: ${flow(field)}`);
    return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
  }
  return typeof value === 'string' ? scalar(value) : String(value);
}

/** A text as a YAML value with exactly this meaning: without quotes where that is safe, and `${` is not a variable. */
export function scalar(text: string): string {
  const literal = text.replaceAll('${', '$$${');
  return PLAIN.test(literal) && load(literal) === literal ? literal : quoted(literal);
}

/** A text on a line of its own may contain spaces and commas too. */
export function line(text: string): string {
  const literal = text.replaceAll('${', '$$${');
  return PLAIN_LINE.test(literal) && load(literal) === literal ? literal : quoted(literal);
}

const PLAIN = /^[\w$][\w$./@%-]*$/;
const PLAIN_LINE = /^[A-Za-z][\w$./@%,;()' -]*$/;

/** JSON is YAML, except for characters that YAML does not allow unescaped. */
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
