import { originOfServers } from '../../resolve/servers-origin.ts';
import { field } from '../../source/lenient.ts';
import type { EnvironmentRule } from '../rule.ts';

export const attachedAccounts: EnvironmentRule = {
  name: 'servers/attached-accounts',
  demand:
    'An attached environment states its accounts: the default ones exist only on servers of the runner.',
  check({ value, complaints }) {
    const origin = originOfServers(value);
    if (origin !== 'addresses' && origin !== 'containers') return;
    if (field(value, 'accounts') !== undefined) return;
    complaints.error(
      '/attach',
      'expected `accounts` beside it: the runner did not make those of these servers',
      'key',
    );
  },
};
