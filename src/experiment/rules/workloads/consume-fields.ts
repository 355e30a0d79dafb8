import { UNITS } from '../../../support/units.ts';
import { entriesOf, field, itemsOf, numberOf, textOf, textsOf } from '../../source/lenient.ts';
import { child } from '../../source/pointer.ts';
import type { ExperimentRule } from '../rule.ts';

export const consumeFields: ExperimentRule = {
  name: 'workloads/consume-fields',
  demand:
    'The fields of a consume workload fit together: one way to get messages, acknowledgements where there are some, members only where no order is claimed.',
  check({ value, complaints }) {
    const shared = new Map<string, number>();
    for (const [name, workload] of entriesOf(field(value, 'workloads'))) {
      if (textOf(field(workload, 'kind')) !== 'consume') continue;
      const members = numberOf(field(workload, 'members')) ?? 1;
      if (members > 1) shared.set(name, members);
      const at = child('/workloads', name);
      for (const [fieldName, message] of [...excluded(workload), ...needed(workload), ...amounts(workload)]) {
        complaints.error(`${at}/${fieldName}`, message);
      }
    }
    itemsOf(field(value, 'checks')).forEach((check, i) => {
      if (textOf(field(check, 'kind')) !== 'ordered') return;
      textsOf(field(check, 'received')).forEach((name, j) => {
        const members = shared.get(name);
        if (members === undefined) return;
        const at = Array.isArray(field(check, 'received')) ? `/received/${j}` : '/received';
        complaints.error(
          `/checks/${i}${at}`,
          `"${name}" has ${members} members, among which the server promises no order`,
        );
      });
    });
  },
};

type Fault = readonly [field: string, message: string];

/** Where a field has this value (any, where none is given), these others cannot stand beside it. */
interface Exclusion {
  field: string;
  is?: string | boolean;
  others: readonly string[];
  why: string;
}

const ACKNOWLEDGEMENT = ['confirm', 'ackTimeout', 'ackEvery', 'inProgress', 'mishaps'];

const EXCLUSIONS: readonly Exclusion[] = [
  {
    field: 'ordered',
    others: ['ack', 'members', ...ACKNOWLEDGEMENT],
    why: 'an ordered consumer acknowledges nothing, and has one reader',
  },
  {
    field: 'push',
    is: true,
    others: ['pull', 'batch'],
    why: 'what the server pushes is not pulled',
  },
  { field: 'ack', is: 'none', others: ACKNOWLEDGEMENT, why: 'with `ack: none` nothing is acknowledged' },
  {
    field: 'ack',
    is: 'all',
    others: ['members', 'mishaps/nak', 'mishaps/term'],
    why: 'an acknowledgement with `ack: all` counts for all messages before, whoever has them',
  },
  { field: 'pull/how', is: 'next', others: ['batch', 'pull/threshold'], why: 'one message is asked for' },
  {
    field: 'pull/how',
    is: 'fetch',
    others: ['pull/threshold'],
    why: 'the next batch is asked for when the last one has ended',
  },
  { field: 'node', others: ['reconnectEvery'], why: 'there is no other node to move to' },
];

/** What says the same as a field that is left out. */
const SAME_AS_ABSENT: Readonly<Record<string, unknown>> = { members: 1 };

function excluded(workload: unknown): Fault[] {
  return EXCLUSIONS.flatMap(({ field: name, is, others, why }) => {
    const value = at(workload, name);
    if (value === undefined || (is !== undefined && value !== is)) return [];
    const shown = is === undefined ? name : `${name.replace('/', '.')}: ${String(is)}`;
    return others
      .filter((other) => isThere(workload, other))
      .map((other): Fault => {
        return [other, `${other.replace('/', '.')} cannot stand beside \`${shown}\`: ${why}`];
      });
  });
}

/** Field → what must stand beside it to have a meaning. */
const NEEDS: Readonly<Record<string, string>> = {
  inProgress: 'processing',
  'mishaps/nakDelay': 'mishaps/nak',
};

function needed(workload: unknown): Fault[] {
  const faults = Object.entries(NEEDS)
    .filter(([name, other]) => isThere(workload, name) && !isThere(workload, other))
    .map(([name, other]): Fault => {
      return [name, `${name.replace('/', '.')} says nothing without \`${other.replace('/', '.')}\``];
    });
  const isAll = field(workload, 'ack') === 'all';
  if (isThere(workload, 'ackEvery') && !isAll) faults.push(['ackEvery', 'ackEvery needs `ack: all`']);
  const shares = SHARES.map((name) => shareOf(at(workload, `mishaps/${name}`)));
  if (isThere(workload, 'mishaps') && shares.every((share) => share === 0))
    faults.push(['mishaps', `none of ${SHARES.join(', ')} has a share of the messages`]);
  return faults;
}

const SHARES = ['nak', 'term', 'crash'] as const;

function amounts(workload: unknown): Fault[] {
  const faults: Fault[] = [];
  const sum = SHARES.reduce((all, name) => all + shareOf(at(workload, `mishaps/${name}`)), 0);
  if (sum > 1)
    faults.push(['mishaps', `the shares add up to ${Math.round(sum * 100)}%, and all there is is 100%`]);
  const [min, max] = ['min', 'max'].map((name) => timeOf(at(workload, `processing/${name}`)));
  if (min !== undefined && max !== undefined && min > max)
    faults.push(['processing/min', 'the shortest time is above the longest']);
  const threshold = numberOf(at(workload, 'pull/threshold'));
  const batch = numberOf(field(workload, 'batch')) ?? 100;
  if (threshold !== undefined && threshold >= batch)
    faults.push(['pull/threshold', `a threshold of ${threshold} is never gone below by a batch of ${batch}`]);
  return faults;
}

function isThere(workload: unknown, path: string): boolean {
  const value = at(workload, path);
  return value !== undefined && value !== SAME_AS_ABSENT[path];
}

function at(workload: unknown, path: string): unknown {
  return path.split('/').reduce((value, name) => field(value, name), workload);
}

function shareOf(value: unknown): number {
  return quantity(value, 'percentage') ?? 0;
}

function timeOf(value: unknown): number | undefined {
  return quantity(value, 'duration');
}

/** Values may be read already, or stand as they are in the file. */
function quantity(value: unknown, unit: 'percentage' | 'duration'): number | undefined {
  const text = textOf(value);
  if (text === undefined) return numberOf(value);
  return new RegExp(UNITS[unit].pattern).test(text) ? UNITS[unit].parse(text) : undefined;
}
