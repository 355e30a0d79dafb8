import { Complaints } from '../source/complaints.ts';
import { spanOf, type Document } from '../source/document.ts';
import { redactor } from '../../support/redaction.ts';
import { castOf, inventoryOf, type Inventory } from '../resolve/inventory.ts';
import type { JsonSchema } from '../schema/json-schema.ts';
import type { Pointer } from '../source/pointer.ts';
import { valueAt } from '../source/pointer.ts';
import type { Problem } from '../source/problem.ts';
import { ENVIRONMENT_RULES, EXPERIMENT_RULES } from './index.ts';
import { checkValues } from './values.ts';
import { checkEvidence } from './checks/evidence.ts';
import { workloadKinds } from './workloads/kinds.ts';
import { schemas, validators } from '../schema/validators.ts';
import { word } from '../source/wording.ts';

/** Everything that is wrong with an environment, by its schema and by the rules. */
export function environmentProblems(document: Document, inventory: Inventory): Problem[] {
  const complaints = new Complaints(document);
  if (document.value === undefined) return complaints.problems();
  checkSchema('environment', document, complaints);
  checkValues(schemas.environment, document.value, inventory, null, complaints);
  for (const rule of ENVIRONMENT_RULES) rule.check({ value: document.value, inventory, complaints });
  return complaints.problems();
}

/**
 * Everything that is wrong with an experiment; without its environment, addresses in it go unchecked.
 *
 * @param others problems that are known already
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
  const context = { value: document.value, inventory: inventory ?? inventoryOf({}), cast, complaints };
  for (const rule of EXPERIMENT_RULES) rule.check(context);
  return complaints.problems();
}

/**
 * Everything that is wrong with the checks of an experiment, whatever else of it is there.
 *
 * @param document its `checks`, and of its workloads the kinds
 */
export function checksProblems(document: Document, inventory: Inventory): Problem[] {
  const complaints = new Complaints(document);
  const { value } = document;
  checkSchema('experiment', document, complaints, '/checks');
  const cast = castOf(value);
  checkValues(schemas.experiment, value, inventory, cast, complaints);
  for (const rule of [workloadKinds, checkEvidence]) rule.check({ value, inventory, cast, complaints });
  return complaints.problems();
}

/** What is wrong with the `explore` of a file by its schema, and with the file as a whole. */
export function exploreSchemaProblems(document: Document): Problem[] {
  const complaints = new Complaints(document);
  checkSchema('experiment', document, complaints, '/explore');
  return complaints.problems();
}

/** @param within only problems below this place */
function checkSchema(
  which: keyof typeof validators,
  document: Document,
  complaints: Complaints,
  within: Pointer = '',
): void {
  const root: JsonSchema = schemas[which];
  const violations = validators[which](document.value);
  for (const violation of violations.filter(({ instancePath }) => instancePath.startsWith(within))) {
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
