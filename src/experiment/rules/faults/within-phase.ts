import { formatDuration } from '../../../support/units.ts';
import { faultsOfMethod } from '../../resolve/faults-of.ts';
import type { Complaints } from '../../source/complaints.ts';
import { durationOf, field } from '../../source/lenient.ts';
import type { Pointer } from '../../source/pointer.ts';
import type { ExperimentRule } from '../rule.ts';

export const withinPhase: ExperimentRule = {
  name: 'faults/within-phase',
  demand: 'The times of a fault are within its phase: what is later would never happen.',
  check({ value, complaints }) {
    for (const { fault, at, phase } of faultsOfMethod(value)) checkTimes(fault, phase, at, complaints);
  },
};

function checkTimes(fault: unknown, phase: unknown, at: Pointer, complaints: Complaints): void {
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
