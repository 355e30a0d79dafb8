import { jetstreamLimits } from '../../schema/environment/account-limits.ts';
import { entriesOf, field } from '../../source/lenient.ts';
import { child } from '../../source/pointer.ts';
import type { EnvironmentRule } from '../rule.ts';

export const accountLimits: EnvironmentRule = {
  name: 'accounts/limits',
  demand: 'Only an account with JetStream has limits on what it uses of it.',
  check({ value, complaints }) {
    for (const [name, account] of entriesOf(field(value, 'accounts'))) {
      if (field(account, 'jetstream') === true) continue;
      for (const key of Object.keys(jetstreamLimits)) {
        if (field(account, key) === undefined) continue;
        complaints.error(
          `${child('/accounts', name)}/${key}`,
          'only an account with `jetstream: true` stores anything',
          'key',
        );
      }
    }
  },
};
