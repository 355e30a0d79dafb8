import { field, itemsOf, numberOf } from '../../source/lenient.ts';
import type { ExperimentRule } from '../rule.ts';

export const faultChoice: ExperimentRule = {
  name: 'faults/choice',
  demand: 'A choice of faults takes fewer of them than there are.',
  check({ value, complaints }) {
    itemsOf(field(value, 'method')).forEach((phase, i) => {
      itemsOf(field(phase, 'faults')).forEach((item, j) => {
        const count = numberOf(field(item, 'count'));
        const { length } = itemsOf(field(item, 'of'));
        if (field(item, 'kind') !== 'choose' || count === undefined || length === 0 || count < length) return;
        complaints.error(
          `/method/${i}/faults/${j}/count`,
          `${count} of ${length} is no choice: expected ${length - 1} or less, or the faults without a choice`,
        );
      });
    });
  },
};
