import type { EnvironmentRule } from '../rule.ts';

export const jetstreamAccount: EnvironmentRule = {
  name: 'accounts/jetstream',
  demand: 'Where there are streams, some account has JetStream.',
  check({ inventory, complaints }) {
    if (inventory.defaultAccount !== undefined || inventory.streams.size === 0) return;
    complaints.error('/accounts', 'no account has JetStream, and there are streams', 'key');
  },
};
