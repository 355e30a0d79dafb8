import { isEmptyRange, overlap, parseRange, type VersionRange } from '../support/version-range.ts';
import type { Complaints } from './complaints.ts';
import { entriesOf, field } from './lenient.ts';
import { child } from './pointer.ts';

/** One version must not have two expected verdicts, and a range must have versions. */
export function checkExpect(value: unknown, complaints: Complaints): void {
  const before: { key: string; range: VersionRange }[] = [];
  for (const [key] of entriesOf(field(value, 'expect'))) {
    const range = parseRange(key);
    if (range === undefined) continue; // told by the schema, unless it is the word for all others
    const pointer = child('/expect', key);
    if (isEmptyRange(range)) complaints.error(pointer, `no version is in "${key}"`, 'key');
    for (const other of before) {
      if (!overlap(range, other.range)) continue;
      complaints.error(
        pointer,
        `"${key}" and "${other.key}" overlap: a version must have one verdict`,
        'key',
      );
    }
    before.push({ key, range });
  }
}
