import { entriesOf, field, itemsOf } from '../../source/lenient.ts';
import { child } from '../../source/pointer.ts';
import type { EnvironmentRule } from '../rule.ts';

export const importSubjects: EnvironmentRule = {
  name: 'accounts/import-subjects',
  demand: 'An imported stream arrives under a prefix or on another subject, not both.',
  check({ value, complaints }) {
    for (const [name, account] of entriesOf(field(value, 'accounts'))) {
      itemsOf(field(account, 'imports')).forEach((taken, i) => {
        if (field(taken, 'prefix') === undefined || field(taken, 'to') === undefined) return;
        complaints.error(
          `${child('/accounts', name)}/imports/${i}/to`,
          '`to` cannot stand beside `prefix`: each says on which subject messages arrive',
          'key',
        );
      });
    }
  },
};
