import { complainOfClashes, type Clash } from '../../resolve/clashes.ts';
import { streamAddressOf } from '../../resolve/inventory.ts';
import { subjectsOverlap } from '../../../support/subjects.ts';
import type { Complaints } from '../../source/complaints.ts';
import { entriesOf, field, itemsOf, numberOf, textOf, textsOf } from '../../source/lenient.ts';
import { child, type Pointer } from '../../source/pointer.ts';
import type { EnvironmentRule } from '../rule.ts';

export const consumerSettings: EnvironmentRule = {
  name: 'settings/consumer',
  demand: 'The settings of a consumer are such as a server accepts together.',
  check({ value, inventory, complaints }) {
    for (const [address, consumer] of entriesOf(field(value, 'consumers'))) {
      const pointer = child('/consumers', address);
      complainOfClashes(consumer, pointer, CLASHES, DEFAULTS, complaints);
      checkBackoff(consumer, pointer, complaints);
      checkFilters(consumer, pointer, complaints);
      const subjects = inventory.streams.get(streamAddressOf(address))?.subjects ?? [];
      const to = textOf(field(consumer, 'deliverSubject'));
      const own = to === undefined ? undefined : subjects.find((subject) => subjectsOverlap(subject, to));
      if (own !== undefined)
        complaints.error(
          `${pointer}/deliverSubject`,
          `"${to ?? ''}" is captured by the stream itself ("${own}"); expected another subject`,
        );
    }
  },
};

const DEFAULTS = { deliver: 'all', ackPolicy: 'explicit' };

const ofPull = (...fields: string[]): Clash[] =>
  fields.map((at) => ({
    at,
    when: (has) => has('deliverSubject') && has(at),
    says: `${at} is a setting of pull consumers; with deliverSubject this one pushes`,
  }));

const ofPush = (...fields: string[]): Clash[] =>
  fields.map((at) => ({
    at,
    when: (has) => !has('deliverSubject') && has(at),
    says: `${at} is a setting of push consumers: it needs deliverSubject beside it`,
  }));

const together = (at: string, other: string, ...values: string[]): Clash => ({
  at,
  when: (has) => has(at) && !has(other, ...values),
  says: `${at} needs ${values.length === 0 ? other : `\`${other}: ${values.join(' or ')}\``} beside it`,
});

const CLASHES: readonly Clash[] = [
  ...ofPull('maxWaiting', 'maxBatch', 'maxBytes', 'maxExpires', 'priorityPolicy'),
  ...ofPush('deliverGroup', 'flowControl', 'idleHeartbeat', 'rateLimit'),
  together('flowControl', 'idleHeartbeat'),
  together('startSequence', 'deliver', 'by-start-sequence'),
  together('startTime', 'deliver', 'by-start-time'),
  together('priorityPolicy', 'priorityGroups'),
  together('priorityGroups', 'priorityPolicy'),
  together('pinnedTtl', 'priorityPolicy', 'pinned-client'),
  {
    at: 'deliver',
    when: (has) => has('deliver', 'by-start-sequence') && !has('startSequence'),
    says: '`deliver: by-start-sequence` needs startSequence beside it',
  },
  {
    at: 'deliver',
    when: (has) => has('deliver', 'by-start-time') && !has('startTime'),
    says: '`deliver: by-start-time` needs startTime beside it',
  },
  {
    at: 'deliver',
    when: (has) => has('deliver', 'last-per-subject') && !has('filter') && !has('filters'),
    says: '`deliver: last-per-subject` needs filter or filters beside it; ">" is all subjects',
  },
  {
    at: 'filters',
    when: (has) => has('filter') && has('filters'),
    says: 'filter and filters exclude one another',
  },
  {
    at: 'ackWait',
    when: (has) => has('ackWait') && has('backoff'),
    says: 'backoff says how long each delivery may go unacknowledged; leave ackWait out',
  },
  {
    at: 'maxAckPending',
    when: (has) => has('maxAckPending') && has('deliverSubject') && has('ackPolicy', 'none'),
    says: 'with `ackPolicy: none` no delivery waits for an acknowledgement; leave maxAckPending out',
  },
  {
    at: 'ackPolicy',
    when: (has) =>
      has('ackPolicy', 'flow-control') &&
      (!has('deliverSubject') ||
        !has('flowControl') ||
        !has('idleHeartbeat', '1s') ||
        !has('maxAckPending') ||
        has('ackWait') ||
        has('backoff') ||
        has('maxDeliver')),
    says: '`ackPolicy: flow-control` needs deliverSubject, `flowControl: true`, `idleHeartbeat: 1s` and maxAckPending, and neither ackWait, backoff nor maxDeliver',
  },
];

function checkBackoff(consumer: unknown, pointer: Pointer, complaints: Complaints): void {
  const steps = itemsOf(field(consumer, 'backoff')).length;
  const most = numberOf(field(consumer, 'maxDeliver'));
  if (most === undefined || steps <= most) return;
  complaints.error(
    `${pointer}/backoff`,
    `found a list of ${steps}; expected no more than maxDeliver, ${most}`,
  );
}

function checkFilters(consumer: unknown, pointer: Pointer, complaints: Complaints): void {
  const filters = textsOf(field(consumer, 'filters'));
  filters.forEach((filter, i) => {
    const other = filters.slice(0, i).find((one) => subjectsOverlap(one, filter));
    if (other !== undefined)
      complaints.error(
        `${pointer}/filters/${i}`,
        `"${filter}" overlaps with "${other}" of the same consumer`,
      );
  });
}
