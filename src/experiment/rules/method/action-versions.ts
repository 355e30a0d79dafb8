import { actions } from '../../../actions/index.ts';
import { field, itemsOf, textOf } from '../../source/lenient.ts';
import type { ExperimentRule } from '../rule.ts';
import { isBefore } from '../version.ts';

export const actionVersions: ExperimentRule = {
  name: 'method/action-versions',
  demand: 'The servers are new enough for every action.',
  check({ value, inventory, complaints }) {
    itemsOf(field(value, 'method')).forEach((phase, i) => {
      itemsOf(field(phase, 'actions')).forEach((action, j) => {
        const kind = textOf(field(action, 'kind')) ?? '';
        const since = actions.find((one) => one.kind === kind)?.since;
        if (since === undefined || !isBefore(inventory.nats, since)) return;
        complaints.error(
          `/method/${i}/actions/${j}`,
          `${kind} needs nats-server ${since} or later; the environment has ${inventory.nats ?? ''}`,
        );
      });
    });
  },
};
