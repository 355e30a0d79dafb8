import { itemsOf, field } from '../../source/lenient.ts';
import type { ExperimentRule } from '../rule.ts';

export const comparedStreams: ExperimentRule = {
  name: 'verdicts/compared-streams',
  demand: 'The check `identical` has something to compare: a second stream, or the replicas of the first.',
  check({ value, complaints }) {
    for (const [at, check] of itemsOf(field(value, 'checks')).entries()) {
      if (field(check, 'kind') !== 'identical' || field(check, 'replicas') !== undefined) continue;
      const streams = itemsOf(field(check, 'streams'));
      if (streams.length !== 1) continue;
      complaints.error(
        `/checks/${at}/streams`,
        `${String(streams[0])} alone cannot be compared with anything: expected a mirror of it as well, or \`replicas: each\``,
      );
    }
  },
};
