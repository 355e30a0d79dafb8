/** What a placeholder stands for, by its parts: `port.http`, `link.redis.1.host`, `replica`, `each.redis: server *;`. */
const KINDS = String.raw`replica|data|here|listen|(?:port|link)\.[^}\s]+|each\.[^}\s:]+:[^}]*`;
const PLACEHOLDER = new RegExp(String.raw`\$\{(${KINDS})\}`, 'g');
const WHOLE = new RegExp(`^(${KINDS})$`);

/** Whether the text between `${` and `}` is a placeholder that is filled in for each replica of a service. */
export function isPlaceholder(inner: string): boolean {
  return WHOLE.test(inner);
}

/** The placeholders of a text, without `${` and `}`. */
export function placeholdersIn(text: string): string[] {
  return [...text.matchAll(PLACEHOLDER)].map(([, inner = '']) => inner);
}

/**
 * Fills in every placeholder.
 *
 * @throws RangeError for one without a value, which the rules of environments refuse
 */
export function fillPlaceholders(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(PLACEHOLDER, (_whole, inner: string) => {
    if (inner.startsWith('each.')) return forEachAddress(inner, values);
    const value = Object.hasOwn(values, inner) ? values[inner] : undefined;
    if (value === undefined) throw new RangeError(`there is no value for \${${inner}}`);
    return value;
  });
}

/** A text for each address of a link, where `*` stands for the address. */
function forEachAddress(inner: string, values: Readonly<Record<string, string>>): string {
  const colon = inner.indexOf(':');
  const link = inner.slice('each.'.length, colon);
  const addresses = fillPlaceholders(`\${link.${link}}`, values);
  const text = inner.slice(colon + 1);
  return addresses === ''
    ? ''
    : addresses
        .split(',')
        .map((at) => text.replaceAll('*', at))
        .join('');
}
