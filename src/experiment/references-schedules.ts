import { formatDuration } from '../support/units.ts';
import type { Complaints } from './complaints.ts';
import { faultsOf } from './faults-of.ts';
import { durationOf, field, itemsOf, numberOf } from './lenient.ts';
import type { Pointer } from './pointer.ts';

/** Whether the times of the faults fit together, and fit their phase, and there is enough to choose from. */
export function checkSchedules(value: unknown, complaints: Complaints): void {
  itemsOf(field(value, 'method')).forEach((phase, i) => {
    for (const { fault, at } of faultsOf(phase, i)) {
      checkFields(fault, at, complaints);
      checkFit(fault, phase, at, complaints);
    }
    itemsOf(field(phase, 'faults')).forEach((item, j) => {
      checkCount(item, `/method/${i}/faults/${j}`, complaints);
    });
  });
}

function checkFields(fault: unknown, at: Pointer, complaints: Complaints): void {
  const lasts = durationOf(field(fault, 'for'));
  const every = durationOf(field(fault, 'every'));
  const ends = ['for', 'every'].filter((name) => field(fault, name) !== undefined);
  if (field(fault, 'keep') === true && ends.length > 0) {
    complaints.error(
      `${at}/keep`,
      `keep: true leaves the fault in force when its phase ends, and ${ends.join(' and ')} ${ends.length > 1 ? 'say' : 'says'} when it is undone: expected one of the two`,
    );
  }
  if (every === undefined) return;
  if (field(fault, 'for') === undefined) {
    complaints.error(
      `${at}/every`,
      'a fault can only strike again once it is undone: "every" needs "for" beside it',
    );
  } else if (lasts !== undefined && lasts >= every) {
    complaints.error(
      `${at}/for`,
      `for ${formatDuration(lasts)} is as long as every ${formatDuration(every)}, or longer: the fault would still be in force when it strikes again`,
    );
  }
}

/** What would never happen, because the phase is over by then. */
function checkFit(fault: unknown, phase: unknown, at: Pointer, complaints: Complaints): void {
  const length = durationOf(field(phase, 'for'));
  const most = length ?? durationOf(field(phase, 'within'));
  if (most === undefined) return;
  const ends = length === undefined ? `ends within ${formatDuration(most)}` : `lasts ${formatDuration(most)}`;
  const after = durationOf(field(fault, 'after')) ?? 0;
  const lasts = durationOf(field(fault, 'for'));
  const every = durationOf(field(fault, 'every'));
  if (after >= most) {
    complaints.error(`${at}/after`, `after ${formatDuration(after)} is never: the phase ${ends}`);
    return;
  }
  if (lasts !== undefined && length !== undefined && after + lasts > length) {
    const start = after === 0 ? '' : `after ${formatDuration(after)} and `;
    complaints.error(
      `${at}/for`,
      `${start}for ${formatDuration(lasts)} reaches beyond the phase, which ${ends}; left out, it is until the phase ends`,
    );
    return;
  }
  if (every !== undefined && after + every >= most) {
    complaints.error(`${at}/every`, `every ${formatDuration(every)} is only once: the phase ${ends}`);
  }
}

function checkCount(item: unknown, at: Pointer, complaints: Complaints): void {
  const count = numberOf(field(item, 'count'));
  const { length } = itemsOf(field(item, 'of'));
  if (field(item, 'kind') !== 'choose' || count === undefined || length === 0 || count < length) return;
  complaints.error(
    `${at}/count`,
    `${count} of ${length} is no choice: expected ${length - 1} or less, or the faults without a choice`,
  );
}
