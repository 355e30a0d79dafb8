import { knownOriginsOf } from '../../resolve/origins.ts';
import type { EnvironmentRule } from '../rule.ts';

export const mirrorItself: EnvironmentRule = {
  name: 'mirrors/itself',
  demand: 'No stream is its own origin.',
  check({ value, inventory, complaints }) {
    for (const { at, address, name } of knownOriginsOf(value, inventory)) {
      if (name === address) complaints.error(at, `${name} cannot be its own origin`);
    }
  },
};
