import { countSubjects, MOST_SUBJECTS } from '../../../support/subject-template.ts';
import { UNITS } from '../../../support/units.ts';
import { entriesOf, field, numberOf, textOf } from '../../source/lenient.ts';
import { child } from '../../source/pointer.ts';
import type { ExperimentRule } from '../rule.ts';

export const publishFields: ExperimentRule = {
  name: 'workloads/publish-fields',
  demand:
    'The fields of a publish workload fit together: one pace, a size with an order, batches that can be whole.',
  check({ value, complaints }) {
    for (const [name, workload] of entriesOf(field(value, 'workloads'))) {
      if (textOf(field(workload, 'kind')) !== 'publish') continue;
      const at = child('/workloads', name);
      for (const [fieldName, message] of [...excluded(workload), ...sizes(workload), ...subjects(workload)]) {
        complaints.error(`${at}/${fieldName}`, message);
      }
    }
  },
};

type Fault = readonly [field: string, message: string];

/** Field → fields that cannot stand beside it, and why. */
const EXCLUDED: readonly (readonly [field: string, others: readonly string[], why: string])[] = [
  ['burst', ['rate', 'interval', 'stages'], 'a burst is a pace of its own'],
  ['stages', ['interval'], 'stages begin from a rate'],
  ['batch', ['retries'], 'a batch is stored as a whole or not at all, so none of it can be sent again'],
  ['batch', ['expectLast'], 'a batch has no expected sequences here'],
  ['batch', ['publishers'], 'a batch has consecutive messages, and publishers take them in turn'],
  ['expectLast', ['publishers'], 'a publisher knows only the sequences of its own messages'],
];

/** What says the same as a field that is left out. */
const SAME_AS_ABSENT: Readonly<Record<string, unknown>> = { retries: 0, publishers: 1 };

function excluded(workload: unknown): Fault[] {
  const isThere = (name: string): boolean =>
    field(workload, name) !== undefined && field(workload, name) !== SAME_AS_ABSENT[name];
  const pairs = EXCLUDED.flatMap(([name, others, why]) =>
    isThere(name)
      ? others.filter(isThere).map((other): Fault => [other, `${other} cannot stand beside ${name}: ${why}`])
      : [],
  );
  const isRampFromMax = isThere('stages') && field(workload, 'rate') === 'max';
  return isRampFromMax ? [...pairs, ['rate', 'stages need a rate to begin from, and "max" is none']] : pairs;
}

function sizes(workload: unknown): Fault[] {
  const size = field(workload, 'size');
  const [min, max] = ['min', 'max'].map((name) => bytesOf(field(size, name)));
  if (min !== undefined && max !== undefined && min > max) {
    return [['size/min', 'the smallest size is above the largest']];
  }
  if (field(size, 'choices') === undefined) {
    const lacks = field(size, 'mean') !== undefined && field(size, 'deviation') === undefined;
    return lacks ? [['size/mean', 'a mean needs the `deviation` of sizes from it']] : [];
  }
  return ['min', 'max', 'mean', 'deviation']
    .filter((name) => field(size, name) !== undefined)
    .map((name): Fault => [`size/${name}`, `${name} cannot stand beside choices, which are all the sizes`]);
}

function bytesOf(value: unknown): number | undefined {
  const text = textOf(value);
  return text !== undefined && new RegExp(UNITS.size.pattern).test(text)
    ? UNITS.size.parse(text)
    : numberOf(value);
}

function subjects(workload: unknown): Fault[] {
  const subject = textOf(field(workload, 'subject')) ?? '';
  const count = countSubjects(subject);
  if (count === 0)
    return [['subject', `"${subject}" stands for no subject: a range begins with the smaller number`]];
  if (count <= MOST_SUBJECTS) return [];
  return [['subject', `"${subject}" stands for ${count} subjects; expected ${MOST_SUBJECTS} or fewer`]];
}
