import { formatDuration } from '../../../support/units.ts';
import { conditionsOf } from '../../resolve/conditions-of.ts';
import { durationOf, field } from '../../source/lenient.ts';
import type { ExperimentRule } from '../rule.ts';

export const conditionTimes: ExperimentRule = {
  name: 'conditions/times',
  demand: 'The condition of a phase counts before the phase is over.',
  check({ value, complaints }) {
    for (const { item, at, phase } of conditionsOf(value)) {
      const fixed = durationOf(field(phase, 'for'));
      const lasts = fixed ?? durationOf(field(phase, 'within'));
      const lastsText = fixed === undefined ? 'lasts at most' : 'lasts';
      for (const name of ['within', 'after']) {
        const ms = durationOf(field(item, name));
        if (lasts === undefined || ms === undefined || ms < lasts) continue;
        complaints.error(
          `${at}/${name}`,
          `${name} ${formatDuration(ms)} reaches beyond the phase, which ${lastsText} ${formatDuration(lasts)}: the condition would never be judged`,
        );
      }
    }
  },
};
