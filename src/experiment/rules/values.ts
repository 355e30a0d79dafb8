import { UNITS } from '../../support/units.ts';
import { addressProblem, castProblem, looksInExperiment } from '../resolve/addresses.ts';
import type { Complaints } from '../source/complaints.ts';
import type { Cast, Inventory } from '../resolve/inventory.ts';
import type { JsonSchema } from '../schema/json-schema.ts';
import { walk } from '../schema/walk.ts';

/**
 * Checks single values by the annotations of their schema: addresses name something, quantities are within bounds.
 *
 * @param inventory null when the environment cannot be read
 */
export function checkValues(
  root: JsonSchema,
  value: unknown,
  inventory: Inventory | null,
  cast: Cast | null,
  complaints: Complaints,
): void {
  walk(root, value, (schema, part, pointer) => {
    if (typeof part !== 'string') return;
    const kind = schema['x-address'];
    if (kind !== undefined && !isClients(kind, part)) {
      const problem = looksInExperiment(kind)
        ? castProblem(kind, part, cast)
        : inventory && addressProblem(kind, part, inventory);
      if (problem !== null) complaints.error(pointer, problem);
    }
    const outside = boundsProblem(schema, part);
    if (outside !== null) complaints.error(pointer, outside);
  });
}

/** `clients` is a side of a fault on links. */
function isClients(kind: string, address: string): boolean {
  return kind === 'side' && address === 'clients';
}

function boundsProblem(schema: JsonSchema, text: string): string | null {
  const unit = schema['x-unit'] && UNITS[schema['x-unit']];
  if (!unit || !new RegExp(unit.pattern).test(text)) return null;
  const value = unit.parse(text);
  const { 'x-minimum': least, 'x-maximum': most } = schema;
  if (least !== undefined && value < unit.parse(least)) return `found "${text}"; expected ${least} or more`;
  if (most !== undefined && value > unit.parse(most)) return `found "${text}"; expected ${most} or less`;
  return null;
}
