import { countSubjects, expandSubject, expandTemplate } from '../../support/subject-template.ts';
import { spanOf, type Document } from './document.ts';
import { entriesOf, field, itemsOf } from './lenient.ts';
import { child, type Pointer } from './pointer.ts';
import type { Problem } from './problem.ts';
import { problemAt } from './source.ts';

/** The maps of an environment whose keys are addresses: one key may stand for many. */
const MAPS = ['clusters', 'streams', 'consumers', 'buckets', 'objectBuckets'];
/** Lists of subjects, of nodes and of origins, in which one may stand for many too. */
const LISTS = ['nodes', 'subjects', 'filters', 'sources'];
/** The ends of a link: with a place in one of them it stands for many links. */
const ENDS = ['from', 'to'];
/** A place of a template: `{1..600}` or `{eu,us}`. */
const PLACE = /\{(\d+\.\.\d+|[^{}]*,[^{}]*)\}/;
/** Of one file, so that a typing error does not fill the memory. */
const MOST = 10_000;

/**
 * An environment in which each address with places (`z/s/c-{1..600}`), each such subject in a list, and each link with such
 * an end is replaced by those that it stands for. Their places in the file are those of the template.
 */
export function withTemplates(document: Document): Document {
  const expansion = new Expansion(document);
  for (const map of MAPS) expansion.expand(map);
  expansion.expandLinks();
  return expansion.result();
}

class Expansion {
  readonly #document: Document;
  readonly #places;
  readonly #unreadable;
  readonly #copies = new Set<Pointer>();
  readonly #problems: Problem[] = [];
  readonly #maps = new Map<string, Record<string, unknown> | unknown[]>();
  #made = 0;

  constructor(document: Document) {
    this.#document = document;
    this.#places = new Map(document.places);
    this.#unreadable = new Set(document.unreadable);
  }

  result(): Document {
    if (this.#maps.size === 0) return this.#document;
    const { value, problems } = this.#document;
    return {
      ...this.#document,
      value: { ...(value as object), ...Object.fromEntries(this.#maps) },
      places: this.#places,
      unreadable: this.#unreadable,
      problems: [...problems, ...this.#problems],
      copies: this.#copies,
    };
  }

  expand(map: string): void {
    const entries = entriesOf(field(this.#document.value, map));
    if (!entries.some(([key, value]) => PLACE.test(key) || LISTS.some((list) => isTemplate(value, list))))
      return;
    const written = new Set(entries.map(([key]) => key));
    const expanded: Record<string, unknown> = {};
    for (const [key, value] of entries) {
      const at = child(`/${map}`, key);
      if (!PLACE.test(key)) expanded[key] = this.#withLists(value, at);
      else if (this.#mayExpand(key, at)) {
        expandTemplate(key).forEach(({ text, took }, i) => {
          if (written.has(text) || Object.hasOwn(expanded, text)) {
            this.#complain(at, `"${key}" stands for ${text} too, which is declared elsewhere`);
            return;
          }
          const to = child(`/${map}`, text);
          this.#copyPlaces(at, to, i > 0);
          expanded[text] = this.#withLists(filled(value, took), to);
        });
      }
    }
    this.#maps.set(map, expanded);
  }

  expandLinks(): void {
    const links = itemsOf(field(this.#document.value, 'links'));
    if (!links.some((link) => ENDS.some((end) => isPlaced(field(link, end))))) return;
    for (const pointer of this.#document.places.keys())
      if (pointer.startsWith('/links/')) this.#places.delete(pointer);
    const expanded: unknown[] = [];
    links.forEach((link, i) => {
      const at = child('/links', i);
      this.#linksOf(link, at).forEach((one, copy) => {
        this.#copyPlaces(at, child('/links', expanded.length), copy > 0);
        expanded.push(one);
      });
    });
    this.#maps.set('links', expanded);
  }

  /** `{}` in its other fields is what the first end took. */
  #linksOf(link: unknown, at: Pointer): unknown[] {
    return ENDS.reduce<unknown[]>(
      (begun, end) =>
        begun.flatMap((one) => {
          const template = field(one, end);
          if (typeof template !== 'string' || !isPlaced(template)) return [one];
          if (!this.#mayExpand(template, child(at, end))) return [];
          return expandTemplate(template).map(({ text, took }) => ({
            ...(filled(one, took) as object),
            [end]: text,
          }));
        }),
      [link],
    );
  }

  /** A cluster, stream or consumer with every node, origin or subject that its lists stand for, each at the place of its template. */
  #withLists(value: unknown, at: Pointer): unknown {
    return LISTS.filter((list) => isTemplate(value, list)).reduce((asset, list) => {
      const items = itemsOf(field(value, list));
      const pointer = child(at, list);
      const places = items.map((_, i) => this.#places.get(child(pointer, i)));
      const subjects = items.flatMap((item, i) => {
        if (typeof item !== 'string' || !PLACE.test(item)) return [{ item, place: places[i] }];
        if (!this.#mayExpand(item, child(pointer, i))) return [];
        return expandSubject(item).map((subject) => ({ item: subject, place: places[i] }));
      });
      subjects.forEach(({ place }, i) => {
        if (place !== undefined) this.#places.set(child(pointer, i), place);
      });
      return { ...(asset as object), [list]: subjects.map(({ item }) => item) };
    }, value);
  }

  #mayExpand(key: string, at: Pointer): boolean {
    const count = countSubjects(key);
    this.#made += count;
    if (count === 0) this.#complain(at, `"${key}" stands for nothing: expected the smaller number first`);
    if (this.#made > MOST)
      this.#complain(at, `with "${key}", templates stand for more than ${MOST} addresses and subjects`);
    return count > 0 && this.#made <= MOST;
  }

  #complain(at: Pointer, message: string): void {
    this.#problems.push(problemAt(this.#document.source, spanOf(this.#document, at, 'key'), message));
  }

  /** @param isCopy whether the template stands for another address before this one */
  #copyPlaces(from: Pointer, to: Pointer, isCopy: boolean): void {
    const { places, unreadable } = this.#document;
    for (const [pointer, place] of places) {
      if (pointer === from || pointer.startsWith(`${from}/`))
        this.#places.set(to + pointer.slice(from.length), place);
    }
    for (const pointer of unreadable) {
      if (pointer === from || pointer.startsWith(`${from}/`))
        this.#unreadable.add(to + pointer.slice(from.length));
    }
    if (isCopy) this.#copies.add(to);
  }
}

function isTemplate(value: unknown, list: string): boolean {
  return itemsOf(field(value, list)).some(isPlaced);
}

function isPlaced(value: unknown): boolean {
  return typeof value === 'string' && PLACE.test(value);
}

/** A value in which `{}` is what the first place of the address took, and `{2}` what the second did. */
function filled(value: unknown, took: readonly string[]): unknown {
  if (typeof value === 'string') {
    return value.replaceAll(/\{(\d*)\}/g, (whole, place: string) => took[Number(place || 1) - 1] ?? whole);
  }
  if (Array.isArray(value)) return value.map((item) => filled(item, took));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, filled(part, took)]));
}
