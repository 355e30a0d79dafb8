import { NOT_RESOLVED, boolCoreTag, floatCoreTag, intCoreTag, nullCoreTag } from 'js-yaml';
import { isPlaceholder } from '../../support/placeholders.ts';
import { interpolate, type Variables } from './interpolate.ts';
import { child, type Pointer } from './pointer.ts';
import type { Problem } from './problem.ts';
import { problemAt, type Source, type Span } from './source.ts';
import { blanked, secretSpans, withoutSecrets } from './secret-spans.ts';
import { parseYaml, type YamlNode } from './yaml.ts';

/** A file as data, with the place of every key and value. */
export interface Document {
  /** With the values under `secrets` blanked out. */
  source: Source;
  /** The whole text, with the values under `secrets` replaced. */
  text: string;
  value: unknown;
  places: ReadonlyMap<Pointer, Place>;
  /** What is wrong with the text itself. */
  problems: Problem[];
  /** Values that could not be read: they are reported once, and no rule complains of them again. */
  unreadable: ReadonlySet<Pointer>;
  /** Values that a template stands for beside its first one: what is wrong with all of them is said once. */
  copies?: ReadonlySet<Pointer>;
  /** The values under `secrets`. */
  secrets: string[];
}

interface Place {
  key?: Span;
  value: Span;
}

/** Reads a text as YAML and fills in `${VAR}` in its values. Never throws: every error is among the problems. */
export function readDocument(source: Source, env: Variables): Document {
  const { root, findings } = parseYaml(source);
  const hidden = secretSpans(root, source.text);
  const shown = blanked(source, hidden);
  const problems = findings.map(({ span, message }) => problemAt(shown, span, message));
  const builder = new Builder(shown, problems, env);
  const secrets = root?.kind === 'mapping' ? builder.secrets(root.entries) : {};
  const value = root === null ? undefined : builder.value(root, '', secrets);
  return {
    source: shown,
    text: withoutSecrets(source.text, hidden),
    value,
    places: builder.places,
    problems,
    unreadable: builder.unreadable,
    secrets: Object.values(secrets).filter((secret) => secret !== ''),
  };
}

/** The span of a value or of its key; when it is not in the file, of the nearest value around it. */
export function spanOf(document: Document, pointer: Pointer, part: 'key' | 'value' = 'value'): Span {
  for (let here = pointer; ; here = here.slice(0, here.lastIndexOf('/'))) {
    const place = document.places.get(here);
    if (place) return part === 'key' && here === pointer ? (place.key ?? place.value) : place.value;
    if (here === '') return { start: 0, end: 0 };
  }
}

const SECRETS: Pointer = '/secrets';
/** Their placeholders are filled in when they start. */
const SERVICES: Pointer = '/services/';
/** What an action gives to the replicas of a service. */
const UPDATE = /^\/method\/\d+\/actions\/\d+\/(env|command|imageCommand)\//;

class Builder {
  readonly places = new Map<Pointer, Place>();
  readonly unreadable = new Set<Pointer>();
  readonly #source: Source;
  readonly #problems: Problem[];
  readonly #env: Variables;

  constructor(source: Source, problems: Problem[], env: Variables) {
    this.#source = source;
    this.#problems = problems;
    this.#env = env;
  }

  /** Secrets are read first: they may be used anywhere else in the file. */
  secrets(entries: readonly { key: string; value: YamlNode }[]): Record<string, string> {
    const map = entries.find(({ key }) => key === 'secrets')?.value;
    if (map?.kind !== 'mapping') return {};
    return Object.fromEntries(
      map.entries.flatMap(({ key, value }) => {
        if (value.kind !== 'scalar') return [];
        const { text } = interpolate(value.text, this.#env, null);
        return [[key, text ?? ''] as const];
      }),
    );
  }

  value(node: YamlNode, pointer: Pointer, secrets: Variables, key?: Span): unknown {
    this.places.set(pointer, key === undefined ? { value: node.span } : { key, value: node.span });
    switch (node.kind) {
      case 'scalar':
        return this.#scalar(node, pointer, secrets);
      case 'sequence':
        return node.items.map((item, i) => this.value(item, child(pointer, i), secrets));
      case 'mapping':
        return Object.fromEntries(
          node.entries.map((entry) => [
            entry.key,
            this.value(entry.value, child(pointer, entry.key), secrets, entry.keySpan),
          ]),
        );
      case 'refused':
        this.unreadable.add(pointer);
        return null;
    }
  }

  #scalar(node: YamlNode & { kind: 'scalar' }, pointer: Pointer, secrets: Variables): unknown {
    const inSecrets = pointer.startsWith(`${SECRETS}/`);
    const stays = pointer.startsWith(SERVICES) || UPDATE.test(pointer) ? isPlaceholder : undefined;
    const { text, problem } = interpolate(node.text, this.#env, inSecrets ? null : secrets, stays);
    if (text !== undefined) return node.plain && !inSecrets ? plainValue(text) : text;
    this.#problems.push(problemAt(this.#source, node.span, problem));
    this.unreadable.add(pointer);
    return node.text;
  }
}

/** What an unquoted scalar means in YAML 1.2: null, true, a number, or just its text. */
function plainValue(text: string): unknown {
  for (const tag of [nullCoreTag, boolCoreTag, intCoreTag, floatCoreTag]) {
    const value = tag.resolve(text, false, tag.tagName);
    if (value !== NOT_RESOLVED) return value;
  }
  return text;
}
