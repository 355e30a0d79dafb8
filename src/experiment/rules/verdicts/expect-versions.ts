import {
  isEmptyRange,
  rangesOverlap,
  parseRange,
  type VersionRange,
} from '../../../support/version-range.ts';
import { entriesOf, field } from '../../source/lenient.ts';
import { child } from '../../source/pointer.ts';
import type { ExperimentRule } from '../rule.ts';

export const expectVersions: ExperimentRule = {
  name: 'verdicts/expect-versions',
  demand: 'A version of nats-server has one expected verdict at most, and every range has versions.',
  check({ value, complaints }) {
    const before: { key: string; range: VersionRange }[] = [];
    for (const [key] of entriesOf(field(value, 'expect'))) {
      const range = parseRange(key);
      // It is the word for all other versions, or the schema has refused it.
      if (range === undefined) continue;
      const pointer = child('/expect', key);
      if (isEmptyRange(range)) complaints.error(pointer, `no version is in "${key}"`, 'key');
      for (const other of before) {
        if (!rangesOverlap(range, other.range)) continue;
        complaints.error(
          pointer,
          `"${key}" and "${other.key}" overlap: a version must have one verdict`,
          'key',
        );
      }
      before.push({ key, range });
    }
  },
};
