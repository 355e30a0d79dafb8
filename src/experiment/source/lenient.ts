import { UNITS } from '../../support/units.ts';
import { isMap } from '../schema/json-schema.ts';

/** These functions read values that may not fit the schema: the rules also check files with errors. */
export function entriesOf(value: unknown): [string, unknown][] {
  return isMap(value) ? Object.entries(value) : [];
}

export function field(value: unknown, key: string): unknown {
  return isMap(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

export function itemsOf(value: unknown): unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** The texts of a list; a single text is a list of one. */
export function textsOf(value: unknown): string[] {
  return (typeof value === 'string' ? [value] : itemsOf(value)).filter((item) => typeof item === 'string');
}

export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

export function durationOf(value: unknown): number | undefined {
  const readable = typeof value === 'string' && new RegExp(UNITS.duration.pattern).test(value);
  return readable ? UNITS.duration.parse(value) : undefined;
}
