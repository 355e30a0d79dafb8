import type { Space } from '../experiment/resolve/space.ts';
import type { SearchFeature } from './saved.ts';
import type { Schedule } from './schedule.ts';
import { valueText } from './values.ts';

/** As it is counted. */
type Counted = { -readonly [Field in keyof SearchFeature]: SearchFeature[Field] };

/** What runs had of a space: which of its features, and which of their values. */
export class Coverage {
  readonly #features: Map<string, Counted>;
  /** `fault kill nodes "z@any"`. */
  readonly #values = new Map<string, boolean>();

  constructor(space: Space) {
    const features: Counted[] = [
      ...space.items.map(({ room, name }) => ({ name, kind: room, count: 0 })),
      ...space.settings.map(({ name }) => ({ name, kind: 'setting' as const, count: 0 })),
    ];
    this.#features = new Map(features.map((one) => [one.name, one]));
    for (const [name, value] of valuesOf(space)) this.#values.set(valueName(name, value), false);
  }

  add(number: number, { events, settings }: Schedule): void {
    const names = [...events.map(({ item }) => item), ...settings.map(({ name }) => name)];
    for (const name of new Set(names)) {
      const feature = this.#features.get(name);
      if (feature === undefined) continue;
      feature.count += 1;
      feature.firstRun = Math.min(feature.firstRun ?? Infinity, number);
    }
    const drawn = [
      ...events.flatMap(({ item, fields }) =>
        Object.entries(fields).map(([field, value]) => valueName(`${item} ${field}`, value)),
      ),
      ...settings.map(({ name, value }) => valueName(name, value)),
    ];
    for (const name of drawn) if (this.#values.has(name)) this.#values.set(name, true);
  }

  get features(): SearchFeature[] {
    return [...this.#features.values()];
  }

  /** Features that no run had, and values of the others that no run had. */
  get neverDrawn(): string[] {
    const never = this.features.filter(({ count }) => count === 0).map(({ name }) => name);
    const values = [...this.#values].filter(([, drawn]) => !drawn).map(([name]) => name);
    return [...never, ...values.filter((name) => !never.some((feature) => name.startsWith(`${feature} `)))];
  }

  /** How much of what the space offers was in a run: 0 to 1. */
  get share(): number {
    const all = this.features.length + this.#values.size;
    return all === 0 ? 1 : 1 - this.#undrawn / all;
  }

  get #undrawn(): number {
    const never = this.features.filter(({ count }) => count === 0).length;
    return never + [...this.#values.values()].filter((drawn) => !drawn).length;
  }
}

/** Lists of which a value is drawn; of a range nobody can say that all of it was. */
function valuesOf({ items, settings }: Space): [string, unknown][] {
  const drawables = [
    ...items.flatMap(({ name, fields }) =>
      Object.entries(fields).map(([field, drawable]) => [`${name} ${field}`, drawable] as const),
    ),
    ...settings.map(({ name, values }) => [name, values] as const),
  ];
  return drawables.flatMap(([name, drawable]) =>
    'values' in drawable && drawable.values.length > 1
      ? drawable.values.map((value): [string, unknown] => [name, value])
      : [],
  );
}

function valueName(name: string, value: unknown): string {
  return `${name} ${valueText(value)}`;
}
