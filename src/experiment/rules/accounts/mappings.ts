import { UNITS } from '../../../support/units.ts';
import { entriesOf, field, itemsOf, textOf } from '../../source/lenient.ts';
import { child, type Pointer } from '../../source/pointer.ts';
import type { EnvironmentContext, EnvironmentRule } from '../rule.ts';

export const accountMappings: EnvironmentRule = {
  name: 'accounts/mappings',
  demand:
    'The destinations of a subject have whole percentages as weights, 100% in all at most for each cluster, and name only wildcards that it has.',
  check({ value, complaints }) {
    for (const [name, account] of entriesOf(field(value, 'accounts'))) {
      for (const [subject, target] of entriesOf(field(account, 'mappings'))) {
        const at = child(`${child('/accounts', name)}/mappings`, subject);
        checkWildcards(subject, textOf(target), at, complaints);
        itemsOf(target).forEach((one, i) =>
          checkWildcards(subject, textOf(field(one, 'to')), `${at}/${i}/to`, complaints),
        );
        checkWeights(itemsOf(target), at, complaints);
      }
    }
  },
};

type Complaints = EnvironmentContext['complaints'];

function checkWildcards(subject: string, to: string | undefined, at: Pointer, complaints: Complaints): void {
  const there = subject.split('.').filter((word) => word === '*').length;
  const numbers = [...(to ?? '').matchAll(/\$(\d+)|\{\{wildcard\((\d+)\)\}\}/gi)].map(([, a, b]) =>
    Number(a ?? b),
  );
  const strange = numbers.find((number) => number < 1 || number > there);
  if (strange !== undefined)
    complaints.error(
      at,
      `"${subject}" has ${there} ${there === 1 ? 'wildcard' : 'wildcards'}: there is no $${strange}`,
    );
}

function checkWeights(destinations: readonly unknown[], at: Pointer, complaints: Complaints): void {
  const sums = new Map<string, number>();
  destinations.forEach((one, i) => {
    const text = textOf(field(one, 'weight')) ?? '100%';
    if (!new RegExp(UNITS.percentage.pattern).test(text)) return;
    const percent = UNITS.percentage.parse(text) * 100;
    const cluster = textOf(field(one, 'cluster')) ?? '';
    const sum = (sums.get(cluster) ?? 0) + percent;
    sums.set(cluster, sum);
    const where = field(one, 'weight') === undefined ? `${at}/${i}` : `${at}/${i}/weight`;
    // Servers take whole percentages only.
    if (Math.abs(percent - Math.round(percent)) > 1e-9)
      complaints.error(where, `found "${text}"; expected a whole percentage`);
    else if (sum > 100 + 1e-9)
      complaints.error(where, `the weights come to ${Math.round(sum)}%; expected 100% at most`);
  });
}
