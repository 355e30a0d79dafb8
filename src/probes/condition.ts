import { duration, Type } from '../support/schema.ts';
import type { Milliseconds } from '../support/units.ts';
import type { ProbeReads } from './probe.ts';

/** What a reading must satisfy; at least one of the first eight. Times count from the start of the phase. */
export interface Condition {
  min?: number;
  max?: number;
  equals?: number;
  is?: string;
  advances?: boolean;
  grows?: boolean;
  growsAtLeast?: number;
  growsAtMost?: number;
  /** The condition must hold from this time on at the latest. */
  within?: Milliseconds;
  /** Readings before this do not count. */
  after?: Milliseconds;
}

/** Conditions on the readings of a phase together: no single reading can fulfil one. */
const TRENDS = ['advances', 'grows', 'growsAtLeast', 'growsAtMost'] as const;
export const VALUE_CONDITIONS = ['min', 'max', 'equals', ...TRENDS] as const;
export const STATE_CONDITIONS = ['is'] as const;

/** Whether a condition needs two readings. */
export function isTrend(condition: Condition): boolean {
  return TRENDS.some((name) => condition[name] !== undefined);
}

/** What a condition says of readings together, without what it says of each. */
export function trendOf(condition: Condition): Condition {
  return Object.fromEntries(TRENDS.flatMap((name) => (name in condition ? [[name, condition[name]]] : [])));
}

const valueFields = {
  min: Type.Optional(Type.Number({ description: 'Every reading is at least this.' })),
  max: Type.Optional(Type.Number({ description: 'Every reading is at most this.' })),
  equals: Type.Optional(Type.Number({ description: 'Every reading is exactly this.' })),
  advances: Type.Optional(
    Type.Boolean({
      description: 'true: the reading rises over the phase and never falls. false: it does not move at all.',
    }),
  ),
  grows: Type.Optional(
    Type.Boolean({
      description: 'true: the last reading is above the first, whatever happens between. false: it is not.',
    }),
  ),
  growsAtLeast: Type.Optional(
    Type.Number({ minimum: 1, description: 'The last reading is above the first by at least this.' }),
  ),
  growsAtMost: Type.Optional(
    Type.Number({ minimum: 0, description: 'No reading is above the first by more than this.' }),
  ),
};

const stateFields = {
  is: Type.Optional(Type.String({ description: 'Every reading is this word.' })),
};

const timeFields = {
  within: Type.Optional(
    duration(
      'The condition may still be unmet for this long; from then on it must hold. Counts from the start of the phase.',
    ),
  ),
  after: Type.Optional(duration('Readings before this do not count. Counts from the start of the phase.')),
};

const stopValueFields = {
  min: Type.Optional(Type.Number({ description: 'A reading is at least this.' })),
  max: Type.Optional(Type.Number({ description: 'A reading is at most this.' })),
  equals: Type.Optional(Type.Number({ description: 'A reading is exactly this.' })),
};

const stopStateFields = {
  is: Type.Optional(Type.String({ description: 'A reading is this word.' })),
};

/** The condition fields that fit a probe when a single reading decides. */
export function stopConditionFields(reads: ProbeReads) {
  if (reads === 'value') return stopValueFields;
  if (reads === 'state') return stopStateFields;
  return { ...stopValueFields, ...stopStateFields };
}

/** The condition fields that fit a probe. */
export function conditionFields(reads: ProbeReads) {
  if (reads === 'value') return { ...valueFields, ...timeFields };
  if (reads === 'state') return { ...stateFields, ...timeFields };
  return { ...valueFields, ...stateFields, ...timeFields };
}
