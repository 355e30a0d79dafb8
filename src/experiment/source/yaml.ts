import { EVENT_ID, SCALAR_STYLE, YAMLException, getScalarValue, parseEvents, type Event } from 'js-yaml';
import { problemAt, type Source, type Span } from './source.ts';

/** A file's text as a tree, each part with its place. */
export type YamlNode =
  | { kind: 'scalar'; text: string; plain: boolean; span: Span }
  | { kind: 'sequence'; items: YamlNode[]; span: Span }
  | { kind: 'mapping'; entries: YamlEntry[]; span: Span }
  | { kind: 'refused'; span: Span };

interface YamlEntry {
  key: string;
  keySpan: Span;
  value: YamlNode;
}

/** Something wrong at a place of the text. */
export interface Finding {
  span: Span;
  message: string;
}

/**
 * Reads the one document of a file. Aliases, anchors, tags and merges are refused: they can make a small file
 * very large, and they hide what an experiment does. @returns null for the root when nothing could be read
 */
export function parseYaml(source: Source): { root: YamlNode | null; findings: Finding[] } {
  let events: Event[];
  try {
    events = parseEvents(source.text, {});
  } catch (thrown) {
    if (!(thrown instanceof YAMLException)) throw thrown;
    return { root: null, findings: [syntaxFinding(source, thrown)] };
  }
  if (events.length === 0) {
    return { root: null, findings: [{ span: { start: 0, end: 0 }, message: 'this file is empty' }] };
  }
  const reader = new TreeReader(source, events);
  return { root: reader.document(), findings: reader.findings };
}

class TreeReader {
  readonly findings: Finding[] = [];
  readonly #source: Source;
  readonly #events: readonly Event[];
  #next = 0;

  constructor(source: Source, events: readonly Event[]) {
    this.#source = source;
    this.#events = events;
  }

  document(): YamlNode {
    this.#next = 1;
    const root = this.#node({ start: 0, end: 0 });
    const second = this.#events.findIndex((event, i) => i > 0 && event.type === EVENT_ID.DOCUMENT);
    if (second > 0) {
      const content = this.#events[second + 1];
      this.#refuse(
        content === undefined ? root.span : (placeOf(content, this.#source.text) ?? root.span),
        'a file holds one document; a second one begins here',
      );
    }
    return root;
  }

  /** @param near where to point when the node has no place of its own, such as an empty value */
  #node(near: Span): YamlNode {
    const event = this.#events[this.#next++];
    if (event === undefined) throw new RangeError('the YAML parser ended in the middle of a document');
    this.#refuseDecoration(event);
    const span = placeOf(event, this.#source.text) ?? near;
    switch (event.type) {
      case EVENT_ID.SCALAR:
        return {
          kind: 'scalar',
          text: event.valueStart < 0 ? '' : getScalarValue(this.#source.text, event),
          plain: event.style === SCALAR_STYLE.PLAIN,
          span,
        };
      case EVENT_ID.SEQUENCE:
        return { kind: 'sequence', items: this.#items(span), span };
      case EVENT_ID.MAPPING:
        return { kind: 'mapping', entries: this.#entries(span), span };
      case EVENT_ID.ALIAS:
        this.#refuse(span, 'aliases (*name) are not read; write the value out where it is needed');
        return { kind: 'refused', span };
      default:
        throw new RangeError('the YAML parser put a document inside a document');
    }
  }

  #items(near: Span): YamlNode[] {
    const items: YamlNode[] = [];
    while (!this.#closed()) items.push(this.#node(near));
    return items;
  }

  #entries(near: Span): YamlEntry[] {
    const entries = new Map<string, YamlEntry>();
    while (!this.#closed()) {
      const key = this.#node(near);
      const value = this.#node(key.span);
      if (key.kind !== 'scalar') {
        this.#refuse(key.span, 'a key is a word, not a list or a map');
      } else if (key.text === '<<' && key.plain) {
        this.#refuse(key.span, 'merges (<<) are not read; write the fields out');
      } else if (entries.has(key.text)) {
        this.#refuse(
          key.span,
          `"${key.text}" is here twice; the first is on line ${this.#lineOf(entries, key.text)}`,
        );
      } else {
        entries.set(key.text, { key: key.text, keySpan: key.span, value });
      }
    }
    return [...entries.values()];
  }

  #closed(): boolean {
    if (this.#events[this.#next]?.type !== EVENT_ID.POP) return false;
    this.#next++;
    return true;
  }

  #lineOf(entries: Map<string, YamlEntry>, key: string): number {
    return problemAt(this.#source, entries.get(key)?.keySpan ?? { start: 0, end: 0 }, '').line;
  }

  #refuseDecoration(event: Event): void {
    if ('tagStart' in event && event.tagStart >= 0) {
      this.#refuse({ start: event.tagStart, end: event.tagEnd }, 'tags (!name) are not read');
    }
    if (event.type !== EVENT_ID.ALIAS && 'anchorStart' in event && event.anchorStart >= 0) {
      this.#refuse(
        { start: event.anchorStart - 1, end: event.anchorEnd },
        'anchors (&name) are not read; write the value out where it is needed',
      );
    }
  }

  #refuse(span: Span, message: string): void {
    this.findings.push({ span, message });
  }
}

/** Where an event is in the text, including quotes; undefined for an empty value. */
function placeOf(event: Event, text: string): Span | undefined {
  switch (event.type) {
    case EVENT_ID.SCALAR: {
      if (event.valueStart < 0) return undefined;
      const quoted =
        event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED ? 1 : 0;
      return { start: event.valueStart - quoted, end: event.valueEnd + quoted };
    }
    case EVENT_ID.SEQUENCE:
    case EVENT_ID.MAPPING: {
      const end = text.indexOf('\n', event.start);
      return { start: event.start, end: end < 0 ? text.length : end };
    }
    case EVENT_ID.ALIAS:
      return { start: event.anchorStart - 1, end: event.anchorEnd };
    default:
      return undefined;
  }
}

function syntaxFinding(source: Source, thrown: YAMLException): Finding {
  const start = thrown.mark?.position ?? 0;
  const variable = source.text.slice(Math.max(0, start - 1), start + 1) === '${';
  const hint = variable ? '; inside { } and [ ] a ${VARIABLE} must be in quotes' : '';
  return { span: { start, end: start + 1 }, message: `this is not YAML: ${thrown.reason}${hint}` };
}
