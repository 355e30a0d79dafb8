import { Complaints } from './complaints.ts';
import { spanOf, type Document } from './document.ts';
import { castOf, inventoryOf, type Inventory } from './inventory.ts';
import type { JsonSchema } from './json-schema.ts';
import type { Pointer } from './pointer.ts';
import { valueAt } from './pointer.ts';
import type { Problem } from './problem.ts';
import { checkEnvironment } from './references-environment.ts';
import { checkExperiment } from './references-experiment.ts';
import { redactor } from './secrets.ts';
import { checkValues } from './values.ts';
import { schemas, validators } from './validators.ts';
import { word } from './wording.ts';

/** Everything that is wrong with an environment. */
export function environmentProblems(document: Document, inventory: Inventory): Problem[] {
  const complaints = new Complaints(document);
  if (document.value === undefined) return complaints.problems();
  checkSchema('environment', document, complaints);
  checkValues(schemas.environment, document.value, inventory, null, complaints);
  checkEnvironment(document.value, inventory, complaints);
  return complaints.problems();
}

/**
 * Everything that is wrong with an experiment; without its environment, addresses in it go unchecked.
 *
 * @param others what has been found out about it already
 */
export function experimentProblems(
  document: Document,
  inventory: Inventory | null,
  others: readonly Problem[] = [],
): Problem[] {
  const complaints = new Complaints(document, others);
  if (document.value === undefined) return complaints.problems();
  checkSchema('experiment', document, complaints);
  const cast = castOf(document.value);
  checkValues(schemas.experiment, document.value, inventory, cast, complaints);
  checkExperiment(document.value, inventory ?? inventoryOf({}), cast, complaints);
  return complaints.problems();
}

function checkSchema(which: keyof typeof validators, document: Document, complaints: Complaints): void {
  const root: JsonSchema = schemas[which];
  for (const violation of validators[which](document.value)) {
    const complaint = word(violation, root, document.value, (pointer) => written(document, pointer));
    if (complaint) complaints.error(complaint.pointer, complaint.message, complaint.part);
  }
}

const LONGEST_QUOTE = 60;

/** A value as the file has it: a number keeps its digits, a text is in quotes. */
function written(document: Document, pointer: Pointer): string {
  const value = valueAt(document.value, pointer);
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  if (typeof value === 'string') {
    // Shortened only once it is clean: half a secret would not be recognised any more.
    const clean = redactor(document.secrets)(value);
    return JSON.stringify(clean.length > LONGEST_QUOTE ? `${clean.slice(0, LONGEST_QUOTE)}…` : clean);
  }
  const { start, end } = spanOf(document, pointer);
  const text = document.source.text.slice(start, end).trim();
  return text.includes('${') ? JSON.stringify(value) : text;
}
