import { faultsOfMethod } from '../../resolve/faults-of.ts';
import { field, textOf } from '../../source/lenient.ts';
import type { ExperimentRule } from '../rule.ts';

export const linkDirection: ExperimentRule = {
  name: 'link-faults/direction',
  demand: 'A partition in one direction drops data: a proxy closes a connection only as a whole.',
  check({ value, complaints }) {
    for (const { fault, at } of faultsOfMethod(value)) {
      const direction = textOf(field(fault, 'direction'));
      if (textOf(field(fault, 'kind')) !== 'partition') continue;
      if (direction !== 'forward' && direction !== 'backward') continue;
      if ((textOf(field(fault, 'mode')) ?? 'reset') === 'blackhole') continue;
      complaints.error(
        `${at}/direction`,
        `connections are reset in both directions or not at all: for "${direction}" say mode: blackhole`,
      );
    }
  },
};
