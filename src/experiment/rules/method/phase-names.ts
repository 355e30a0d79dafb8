import { field, itemsOf, textOf } from '../../source/lenient.ts';
import type { ExperimentRule } from '../rule.ts';

export const phaseNames: ExperimentRule = {
  name: 'method/phase-names',
  demand: 'The name of a phase is unique in the method.',
  check({ value, complaints }) {
    const seen = new Set<string>();
    itemsOf(field(value, 'method')).forEach((phase, i) => {
      const name = textOf(field(phase, 'phase'));
      if (name === undefined) return;
      if (seen.has(name))
        complaints.error(`/method/${i}/phase`, `a phase before this one is called "${name}" too`);
      seen.add(name);
    });
  },
};
