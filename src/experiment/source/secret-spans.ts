import { HIDDEN } from '../../support/redaction.ts';
import { sourceOf, type Source, type Span } from './source.ts';
import type { YamlNode } from './yaml.ts';

/**
 * Where a file contains its secrets: a value that only names a variable contains none.
 *
 * @param root null for a text that is not YAML; everything that seems to be under `secrets` then counts
 */
export function secretSpans(root: YamlNode | null, text: string): Span[] {
  if (root === null) return [...text.matchAll(SECTION)].map((match) => sectionSpan(match));
  if (root.kind !== 'mapping') return [];
  const secrets = root.entries.find(({ key }) => key === 'secrets')?.value;
  return secrets === undefined ? [] : scalarSpans(secrets).filter((span) => !isVariable(text, span));
}

/** The file with asterisks in place of its secrets, every other character where it was: to show lines of it. */
export function blanked(source: Source, hidden: readonly Span[]): Source {
  const text = hidden.reduce(
    (all, { start, end }) =>
      all.slice(0, start) + all.slice(start, end).replaceAll(/[^\r\n]/g, '*') + all.slice(end),
    source.text,
  );
  return sourceOf(text, source.file, source.path);
}

/** The text with its secrets replaced: to save it. */
export function withoutSecrets(text: string, hidden: readonly Span[]): string {
  return [...hidden]
    .sort((a, b) => b.start - a.start)
    .reduce((all, { start, end }) => all.slice(0, start) + HIDDEN + all.slice(end), text);
}

const SECTION = /^(["']?secrets["']?\s*:)(.*(?:\r?\n[ \t}].*|\r?\n)*)/gm;

function sectionSpan(match: RegExpExecArray): Span {
  const start = match.index + (match[1]?.length ?? 0);
  return { start, end: match.index + match[0].length };
}

function scalarSpans(node: YamlNode): Span[] {
  switch (node.kind) {
    case 'scalar':
      return [node.span];
    case 'sequence':
      return node.items.flatMap(scalarSpans);
    case 'mapping':
      return node.entries.flatMap(({ value }) => scalarSpans(value));
    case 'refused':
      return [];
  }
}

function isVariable(text: string, { start, end }: Span): boolean {
  return /^["']?\$\{[\w.]*\}["']?$/.test(text.slice(start, end));
}
