export const HIDDEN = '***';

/** Removes the secrets from a text. */
export type Redactor = (text: string) => string;

/** A function that removes the secrets from any text; the longest first, because one may contain another. */
export function redactor(secrets: Iterable<string>): Redactor {
  const forms = [...secrets].filter((secret) => secret !== '').flatMap(formsOf);
  const byLength = [...new Set(forms)].sort((a, b) => b.length - a.length);
  return (text) => byLength.reduce((clean, form) => clean.replaceAll(form, HIDDEN), text);
}

/** The secret itself, and its form in a URL, in a JSON or YAML string, and in a shell word. */
function formsOf(secret: string): string[] {
  return [
    secret,
    ...uriFormsOf(secret),
    JSON.stringify(secret).slice(1, -1),
    secret.replaceAll("'", `'\\''`),
  ];
}

/** A text that ends in half a surrogate pair has no such form. */
function uriFormsOf(secret: string): string[] {
  try {
    return [encodeURIComponent(secret)];
  } catch {
    return [];
  }
}

/** The part of a JSON Schema that tells which words and keys a form itself fixes. */
export interface Shape {
  enum?: readonly unknown[];
  const?: unknown;
  items?: Shape;
  properties?: Record<string, Shape>;
  additionalProperties?: Shape | boolean;
}

/**
 * Fields that hold a word of this program in the forms without a schema. A secret that happens to be `pass` must not
 * break them.
 */
const OWN_WORDS: ReadonlySet<string> = new Set(['type', 'kind', 'verdict', 'outcome', 'severity', 'mark']);

/**
 * Plain data with the secrets removed from every text in it, map keys included.
 *
 * @param shape of a form; what it fixes stays. Left out: keys are redacted too, and the fields of `OWN_WORDS` stay
 */
export function redactData<T>(data: T, redact: Redactor, shape?: Shape): T {
  return walk(data, redact, shape, shape !== undefined) as T;
}

function walk(value: unknown, redact: Redactor, shape: Shape | undefined, formed: boolean): unknown {
  if (shape?.enum !== undefined || shape?.const !== undefined) return value;
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map((item) => walk(item, redact, shape?.items, formed));
  if (value === null || typeof value !== 'object') return value;
  const other = typeof shape?.additionalProperties === 'object' ? shape.additionalProperties : undefined;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]: [string, unknown]) => {
      if (!formed && OWN_WORDS.has(key) && typeof item === 'string') return [key, item];
      const known = shape?.properties?.[key];
      return [known === undefined ? redact(key) : key, walk(item, redact, known ?? other, formed)];
    }),
  );
}
