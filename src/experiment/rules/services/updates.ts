import { placeholdersIn } from '../../../support/placeholders.ts';
import { placeholderProblem, textsWithPlaceholders } from '../../resolve/placeholders.ts';
import { field, itemsOf, textOf } from '../../source/lenient.ts';
import type { ExperimentRule } from '../rule.ts';

export const serviceUpdates: ExperimentRule = {
  name: 'services/updates',
  demand: 'A placeholder in a rolling update names a port or a link of its service.',
  check({ value, inventory, complaints }) {
    itemsOf(field(value, 'method')).forEach((phase, i) => {
      itemsOf(field(phase, 'actions')).forEach((action, j) => {
        if (field(action, 'kind') !== 'rolling-update') return;
        const name = textOf(field(action, 'service')) ?? '';
        const entry = inventory.services.get(name);
        if (entry === undefined) return;
        for (const [at, text] of textsWithPlaceholders(`/method/${i}/actions/${j}`, action))
          for (const one of placeholdersIn(text)) {
            const problem = placeholderProblem(one, name, entry, inventory);
            if (problem !== null) complaints.error(at, `\${${one}}: ${problem}`);
          }
      });
    });
  },
};
