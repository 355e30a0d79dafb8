import { placeText, type ConfEntry, type ConfMap, type ConfValue, type Place } from '../../conf/value.ts';
import type { Json } from '../../support/json.ts';
import type { Note } from '../model.ts';

/** Reads fields of a map by any of their names, and knows which ones nobody has read. */
export class MapReader {
  readonly #map: ConfMap;
  readonly #read = new Set<string>();
  /** Where its notes go. */
  readonly notes: Note[];

  constructor(map: ConfMap, notes: Note[]) {
    this.#map = map;
    this.notes = notes;
  }

  /** The entry with one of these names, in any case of letters, as nats-server reads them. */
  entry(...names: string[]): ConfEntry | undefined {
    let found: ConfEntry | undefined;
    for (const [key, entry] of this.#map.entries) {
      if (!names.includes(key.toLowerCase())) continue;
      this.#read.add(key);
      found = entry;
    }
    return found;
  }

  value(...names: string[]): ConfValue | undefined {
    return this.entry(...names)?.value;
  }

  text(...names: string[]): string | undefined {
    return textOf(this.value(...names));
  }

  number(...names: string[]): number | undefined {
    const value = this.value(...names);
    return value?.kind === 'number' ? Number(value.value) : undefined;
  }

  map(...names: string[]): MapReader | undefined {
    const value = this.value(...names);
    return value?.kind === 'map' ? new MapReader(value, this.notes) : undefined;
  }

  list(...names: string[]): ConfValue[] {
    return listOf(this.value(...names));
  }

  /** Says which keys have been read although nothing is made of them. */
  ignore(...names: string[]): void {
    this.entry(...names);
  }

  get place(): Place {
    return this.#map.place;
  }

  entries(): [string, ConfEntry][] {
    return [...this.#map.entries];
  }

  /** Notes for the keys that nobody has read. @param where what the map is, in words */
  noteRest(where: string): void {
    for (const [key, { place }] of this.#map.entries) {
      if (this.#read.has(key)) continue;
      this.note(place, `${where}${where === '' ? '' : '.'}${key} is not taken over`);
    }
  }

  note(place: Place, text: string): void {
    this.notes.push({ where: placeText(place), text });
  }
}

export function textOf(value: ConfValue | undefined): string | undefined {
  if (value === undefined || value.kind === 'map' || value.kind === 'list') return undefined;
  return String(value.value);
}

/** A list, or one value in place of a list of one. */
export function listOf(value: ConfValue | undefined): ConfValue[] {
  if (value === undefined) return [];
  return value.kind === 'list' ? value.items : [value];
}

export function textsOf(value: ConfValue | undefined): string[] {
  return listOf(value).flatMap((item) => textOf(item) ?? []);
}

/** The value as data, without its places. */
export function plain(value: ConfValue): Json {
  if (value.kind === 'list') return value.items.map(plain);
  if (value.kind === 'map')
    return Object.fromEntries([...value.entries].map(([key, entry]) => [key, plain(entry.value)]));
  return value.value;
}
