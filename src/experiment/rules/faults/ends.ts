import { formatDuration } from '../../../support/units.ts';
import { faultsOfMethod } from '../../resolve/faults-of.ts';
import type { Complaints } from '../../source/complaints.ts';
import { durationOf, field } from '../../source/lenient.ts';
import type { Pointer } from '../../source/pointer.ts';
import type { ExperimentRule } from '../rule.ts';

export const faultEnds: ExperimentRule = {
  name: 'faults/ends',
  demand: 'A fault says in one way when it is undone, and is undone before it is injected again.',
  check({ value, complaints }) {
    for (const { fault, at } of faultsOfMethod(value)) {
      checkKeep(fault, at, complaints);
      checkRepetition(fault, at, complaints);
    }
  },
};

function checkKeep(fault: unknown, at: Pointer, complaints: Complaints): void {
  const ends = ['for', 'every'].filter((name) => field(fault, name) !== undefined);
  if (field(fault, 'keep') !== true || ends.length === 0) return;
  complaints.error(
    `${at}/keep`,
    `keep: true leaves the fault in force when its phase ends, and ${ends.join(' and ')} ${ends.length > 1 ? 'say' : 'says'} when it is undone: expected one of the two`,
  );
}

function checkRepetition(fault: unknown, at: Pointer, complaints: Complaints): void {
  const lasts = durationOf(field(fault, 'for'));
  const every = durationOf(field(fault, 'every'));
  if (every === undefined) return;
  if (field(fault, 'for') === undefined) {
    complaints.error(
      `${at}/every`,
      'a fault can be injected again only once it is undone: "every" needs "for" beside it',
    );
  } else if (lasts !== undefined && lasts >= every) {
    complaints.error(
      `${at}/for`,
      `for ${formatDuration(lasts)} is as long as every ${formatDuration(every)}, or longer: the fault would still be in force when it is injected again`,
    );
  }
}
