import { entriesOf, field } from '../../source/lenient.ts';
import { child } from '../../source/pointer.ts';
import type { EnvironmentRule } from '../rule.ts';

export const streamContent: EnvironmentRule = {
  name: 'streams/content',
  demand: 'A stream captures subjects or copies from sources, or it is a mirror and does neither.',
  check({ value, complaints }) {
    for (const [address, stream] of entriesOf(field(value, 'streams'))) {
      const pointer = child('/streams', address);
      const mirror = field(stream, 'mirror') !== undefined;
      const sources = field(stream, 'sources') !== undefined;
      const subjects = field(stream, 'subjects') !== undefined;
      if (mirror && subjects) {
        complaints.error(
          `${pointer}/subjects`,
          'a mirror has no subjects of its own; it takes those of its origin',
          'key',
        );
      }
      if (mirror && sources)
        complaints.error(`${pointer}/sources`, 'a mirror cannot have sources too', 'key');
      if (!mirror && !sources && !subjects) {
        complaints.error(
          pointer,
          `${address} captures nothing: expected subjects, a mirror or sources`,
          'key',
        );
      }
    }
  },
};
