import { UNITS, type UnitName } from '../../../support/units.ts';
import { faultsOfMethod } from '../../resolve/faults-of.ts';
import { field, textOf } from '../../source/lenient.ts';
import type { ExperimentRule } from '../rule.ts';

export const variation: ExperimentRule = {
  name: 'link-faults/variation',
  demand: 'A fault varies by at most half of its size: more could not be told from no fault.',
  check({ value, complaints }) {
    for (const { fault, at } of faultsOfMethod(value)) {
      const fields = VARIATIONS[textOf(field(fault, 'kind')) ?? ''];
      if (fields === undefined) continue;
      const { part, whole, unit } = fields;
      const small = quantityOf(field(fault, part), unit);
      const large = quantityOf(field(fault, whole), unit);
      if (small === undefined || large === undefined || small <= large / 2) continue;
      complaints.error(
        `${at}/${part}`,
        `found "${textOf(field(fault, part)) ?? ''}"; expected at most half of the ${whole}, or the fault could not be told from none`,
      );
    }
  },
};

/** The kind of a fault → its field that varies another one, and their unit. */
const VARIATIONS: Partial<Record<string, { part: string; whole: string; unit: UnitName }>> = {
  latency: { part: 'jitter', whole: 'latency', unit: 'duration' },
  slicer: { part: 'variation', whole: 'size', unit: 'size' },
};

function quantityOf(value: unknown, unit: UnitName): number | undefined {
  const definition = UNITS[unit];
  const text = textOf(value);
  return text !== undefined && new RegExp(definition.pattern).test(text) ? definition.parse(text) : undefined;
}
