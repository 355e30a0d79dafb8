import { conditionsOf } from '../../resolve/conditions-of.ts';
import { field, textOf } from '../../source/lenient.ts';
import type { ExperimentRule } from '../rule.ts';

export const serverListProbes: ExperimentRule = {
  name: 'conditions/server-list',
  demand: 'Where all servers are asked who they are, there is a user of a system account to ask as.',
  check({ value, inventory, complaints }) {
    if (inventory.hasSystemUser) return;
    for (const { item, at } of conditionsOf(value)) {
      if (textOf(field(item, 'kind')) !== 'server-list') continue;
      complaints.error(
        `${at}/kind`,
        `only a user of a system account may ask, and ${inventory.name} has none; expected an account with system: true and a user`,
      );
    }
  },
};
