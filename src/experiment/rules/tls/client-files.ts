import { field } from '../../source/lenient.ts';
import type { EnvironmentRule } from '../rule.ts';

export const clientFiles: EnvironmentRule = {
  name: 'tls/client-files',
  demand: 'A certificate of clients comes with its key.',
  check({ value, complaints }) {
    for (const origin of ['attach', 'compose']) {
      const tls = field(field(value, origin), 'tls');
      for (const [one, other] of [
        ['certificate', 'key'],
        ['key', 'certificate'],
      ] as const) {
        if (field(tls, one) === undefined || field(tls, other) !== undefined) continue;
        complaints.error(`/${origin}/tls/${one}`, `expected \`${other}\` beside it`, 'key');
      }
    }
  },
};
