import type { Problem } from './problem.ts';

export const HIDDEN = '***';

export type Redactor = (text: string) => string;

/** A function that takes the secrets out of any text; the longest first, as one may contain another. */
export function redactor(secrets: readonly string[]): Redactor {
  const forms = secrets.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]);
  const byLength = [...new Set(forms)].filter((secret) => secret !== '').sort((a, b) => b.length - a.length);
  return (text) => byLength.reduce((clean, secret) => clean.replaceAll(secret, HIDDEN), text);
}

/** Plain data with the secrets taken out of every text in it, keys included. */
export function redactData<T>(data: T, redact: Redactor): T {
  if (typeof data === 'string') return redact(data) as T;
  if (Array.isArray(data)) return data.map((item: unknown) => redactData(item, redact)) as T;
  if (typeof data !== 'object' || data === null) return data;
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [redact(key), redactData(value as unknown, redact)]),
  ) as T;
}

export function redactProblems(problems: readonly Problem[], redact: Redactor): Problem[] {
  return problems.map((problem) => ({
    ...problem,
    message: redact(problem.message),
    excerpt: redact(problem.excerpt),
  }));
}
