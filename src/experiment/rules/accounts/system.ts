import { entriesOf, field } from '../../source/lenient.ts';
import { child } from '../../source/pointer.ts';
import type { EnvironmentRule } from '../rule.ts';

export const systemAccount: EnvironmentRule = {
  name: 'accounts/system',
  demand: 'There is at most one system account, and it has no JetStream.',
  check({ value, complaints }) {
    const systems = entriesOf(field(value, 'accounts')).filter(
      ([, account]) => field(account, 'system') === true,
    );
    for (const [name, account] of systems) {
      if (field(account, 'jetstream') !== true) continue;
      complaints.error(`${child('/accounts', name)}/jetstream`, 'the system account cannot have JetStream');
    }
    for (const [name] of systems.slice(1)) {
      complaints.error(
        child('/accounts', name),
        `there is one system account, and it is ${systems[0]?.[0] ?? ''} already`,
        'key',
      );
    }
  },
};
