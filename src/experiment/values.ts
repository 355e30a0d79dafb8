import { UNITS } from '../support/units.ts';
import { addressProblem, castProblem, looksInExperiment } from './addresses.ts';
import type { Complaints } from './complaints.ts';
import type { Cast, Inventory } from './inventory.ts';
import type { JsonSchema } from './json-schema.ts';
import { segments, type Pointer } from './pointer.ts';
import { walk } from './walk.ts';

/**
 * What annotations demand of single values: addresses name something, quantities are within their bounds.
 *
 * @param inventory null when there is no environment to look things up in
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
    if (kind !== undefined && !isClients(kind, part, pointer)) {
      const problem = looksInExperiment(kind)
        ? castProblem(kind, part, cast)
        : inventory && addressProblem(kind, part, inventory);
      if (problem !== null) complaints.error(pointer, problem);
    }
    const outside = boundsProblem(schema, part);
    if (outside !== null) complaints.error(pointer, outside);
  });
}

/** The workloads are one end of a link, and only of a link. */
function isClients(kind: string, address: string, pointer: Pointer): boolean {
  return kind === 'endpoint' && address === 'clients' && segments(pointer).includes('between');
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
