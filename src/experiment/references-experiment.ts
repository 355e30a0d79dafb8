import { checkBlastRadius } from './references-blast.ts';
import type { Complaints } from './complaints.ts';
import { checkLinkFault } from './references-link-faults.ts';
import { checkSchedules } from './references-schedules.ts';
import { faultsOf } from './faults-of.ts';
import { checkConditions } from './references-conditions.ts';
import type { Cast, Inventory } from './inventory.ts';
import { entriesOf, field, itemsOf, textOf, textsOf } from './lenient.ts';
import { child, type Pointer } from './pointer.ts';
import { checkPurges } from './references-purge.ts';
import { checkExpect } from './references-expect.ts';
import { checkFilledAccounts, checkStorageCopies } from './references-storage.ts';
import { matches } from './subjects.ts';

/** What a schema cannot know of an experiment: whether its parts fit together, and fit the environment. */
export function checkExperiment(
  value: unknown,
  inventory: Inventory,
  cast: Cast,
  complaints: Complaints,
): void {
  checkWorkloads(value, inventory, complaints);
  checkPhaseNames(value, complaints);
  checkConditions(value, inventory, complaints);
  itemsOf(field(value, 'method')).forEach((phase, i) => {
    for (const { fault, at } of faultsOf(phase, i)) checkLinkFault(fault, at, inventory, complaints);
  });
  checkSchedules(value, complaints);
  checkBlastRadius(value, inventory, complaints);
  checkStorageCopies(value, complaints);
  checkFilledAccounts(value, inventory, complaints);
  checkPurges(value, complaints);
  checkExpect(value, complaints);
  checkRoles(value, cast, complaints);
  checkThresholds(value, complaints);
}

/** A publisher that no stream listens to is worth a warning only: a run must be able to show it. */
function checkWorkloads(value: unknown, inventory: Inventory, complaints: Complaints): void {
  for (const [name, workload] of entriesOf(field(value, 'workloads'))) {
    const subject = textOf(field(workload, 'subject'));
    const address = textOf(field(workload, 'stream'));
    const stream = address === undefined ? undefined : inventory.streams.get(address);
    if (subject === undefined || address === undefined || !stream) continue;
    if (stream.subjects.some((pattern) => matches(pattern, subject))) continue;
    const captures = stream.subjects.length === 0 ? 'nothing itself' : stream.subjects.join(', ');
    complaints.warning(
      `${child('/workloads', name)}/subject`,
      `"${subject}" is no subject of ${address}, which captures ${captures}: nothing that is published will be stored there`,
    );
  }
}

function checkPhaseNames(value: unknown, complaints: Complaints): void {
  const seen = new Set<string>();
  itemsOf(field(value, 'method')).forEach((phase, i) => {
    const name = textOf(field(phase, 'phase'));
    if (name === undefined) return;
    if (seen.has(name))
      complaints.error(`/method/${i}/phase`, `a phase before this one is called "${name}" too`);
    seen.add(name);
  });
}

/** Fields that name a workload of one kind. */
const ROLES: Record<string, string> = { published: 'publish', received: 'consume' };

function checkRoles(value: unknown, cast: Cast, complaints: Complaints): void {
  const expectKind = (name: string, kind: string, pointer: Pointer): void => {
    const found = cast.workloads.get(name);
    if (found !== undefined && found !== kind) {
      complaints.error(pointer, `"${name}" is a ${found} workload; expected a ${kind} workload`);
    }
  };
  itemsOf(field(value, 'checks')).forEach((check, i) => {
    for (const [key, kind] of Object.entries(ROLES)) {
      const names = field(check, key);
      textsOf(names).forEach((name, j) => {
        expectKind(name, kind, `/checks/${i}/${key}${Array.isArray(names) ? `/${j}` : ''}`);
      });
    }
  });
  itemsOf(field(value, 'thresholds')).forEach((threshold, i) => {
    const name = textOf(field(threshold, 'workload'));
    if (name !== undefined) expectKind(name, 'publish', `/thresholds/${i}/workload`);
  });
}

function checkThresholds(value: unknown, complaints: Complaints): void {
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
}
