import { field } from '../../source/lenient.ts';
import type { ExperimentRule } from '../rule.ts';

export const methodOrExplore: ExperimentRule = {
  name: 'method/explore',
  demand: 'What happens is said by `method` or by `explore`, and not by both.',
  check({ value, complaints }) {
    if (field(value, 'method') === undefined || field(value, 'explore') === undefined) return;
    complaints.error('/explore', 'method and explore say what happens in two ways: give one of them', 'key');
  },
};
