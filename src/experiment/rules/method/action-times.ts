import { formatDuration } from '../../../support/units.ts';
import { durationOf, field, itemsOf, textOf } from '../../source/lenient.ts';
import type { ExperimentRule } from '../rule.ts';

/** They freeze and kill many nodes at once, whatever faults do there. */
const ONLY_FIRST: ReadonlySet<string> = new Set(['snapshot-storage', 'rollback-storage']);

export const actionTimes: ExperimentRule = {
  name: 'method/action-times',
  demand: 'The times of actions are within their phase: what is later would never happen.',
  check({ value, complaints }) {
    itemsOf(field(value, 'method')).forEach((phase, i) => {
      const most = durationOf(field(phase, 'for')) ?? durationOf(field(phase, 'within'));
      itemsOf(field(phase, 'actions')).forEach((action, j) => {
        const after = durationOf(field(action, 'after'));
        if (after === undefined) return;
        const at = `/method/${i}/actions/${j}/after`;
        const kind = textOf(field(action, 'kind')) ?? '';
        if (ONLY_FIRST.has(kind))
          complaints.error(at, `${kind} comes before the clock of its phase: leave out \`after\``);
        else if (most !== undefined && after >= most)
          complaints.error(
            at,
            `after ${formatDuration(after)} is never: the phase ends within ${formatDuration(most)}`,
          );
      });
    });
  },
};
