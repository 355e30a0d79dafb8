import { field, itemsOf, textOf } from '../../source/lenient.ts';
import type { ExperimentRule } from '../rule.ts';

export const recoveryPhase: ExperimentRule = {
  name: 'verdicts/recovery-phase',
  demand: 'A threshold on recovery time names a phase that waits for the steady state.',
  check({ value, complaints }) {
    const phases = itemsOf(field(value, 'method'));
    itemsOf(field(value, 'thresholds')).forEach((threshold, i) => {
      if (field(threshold, 'metric') !== 'recovery-time') return;
      const name = textOf(field(threshold, 'phase'));
      const phase = phases.find((one) => field(one, 'phase') === name);
      if (phase !== undefined && field(phase, 'until') !== 'steady') {
        complaints.error(
          `/thresholds/${i}/phase`,
          `phase "${name ?? ''}" does not wait for the steady state; recovery time needs a phase with \`until: steady\``,
        );
      }
    });
  },
};
