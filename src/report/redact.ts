import type { TSchema } from '../support/schema.ts';

const MASK = '***';

/**
 * Replaces every secret in every string of `value`, map keys and parts of longer strings included. The words that
 * the schema itself fixes stay: a secret that happens to be `pass` must not break the form.
 */
export function redact<T>(value: T, schema: TSchema, secrets: readonly string[]): T {
  const forms = secrets.filter((secret) => secret !== '').flatMap(formsOf);
  if (forms.length === 0) return value;
  // Longest first, so that a secret that contains another leaves no remainder.
  forms.sort((a, b) => b.length - a.length);
  const hide = (text: string): string => forms.reduce((rest, form) => rest.split(form).join(MASK), text);
  return walk(value, schema, hide) as T;
}

/** As it is, as in a URL, and as inside a JSON or YAML string. */
function formsOf(secret: string): string[] {
  return [...new Set([secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)])];
}

interface Shape {
  enum?: readonly unknown[];
  const?: unknown;
  items?: Shape;
  properties?: Record<string, Shape>;
  additionalProperties?: Shape | boolean;
}

function walk(value: unknown, shape: Shape | undefined, hide: (text: string) => string): unknown {
  if (shape?.enum !== undefined || shape?.const !== undefined) return value;
  if (typeof value === 'string') return hide(value);
  if (Array.isArray(value)) return value.map((item) => walk(item, shape?.items, hide));
  if (value === null || typeof value !== 'object') return value;
  const other = typeof shape?.additionalProperties === 'object' ? shape.additionalProperties : undefined;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      const known = shape?.properties?.[key];
      return [known === undefined ? hide(key) : key, walk(item, known ?? other, hide)];
    }),
  );
}
