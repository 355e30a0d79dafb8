import { placeholdersIn } from '../../../support/placeholders.ts';
import { placeholderProblem, textsWithPlaceholders } from '../../resolve/placeholders.ts';
import { entriesOf, field } from '../../source/lenient.ts';
import { child } from '../../source/pointer.ts';
import type { EnvironmentRule } from '../rule.ts';

export const servicePlaceholders: EnvironmentRule = {
  name: 'services/placeholders',
  demand: 'A placeholder names a port or a link of its service.',
  check({ value, inventory, complaints }) {
    for (const [name, body] of entriesOf(field(value, 'services'))) {
      const entry = inventory.services.get(name);
      if (entry === undefined) continue;
      for (const [at, text] of textsWithPlaceholders(child('/services', name), body)) {
        for (const one of placeholdersIn(text)) {
          const problem = placeholderProblem(one, name, entry, inventory);
          if (problem !== null) complaints.error(at, `\${${one}}: ${problem}`);
        }
      }
    }
  },
};
