import { streamAddressOf } from '../../resolve/inventory.ts';
import { subjectsOverlap } from '../../../support/subjects.ts';
import type { Complaints } from '../../source/complaints.ts';
import { durationOf, entriesOf, field, numberOf, textOf, textsOf } from '../../source/lenient.ts';
import { child } from '../../source/pointer.ts';
import type { EnvironmentRule } from '../rule.ts';

export const consumersOfStream: EnvironmentRule = {
  name: 'settings/consumers-of-stream',
  demand: 'A consumer fits the retention and the limits of its stream, and the other consumers there.',
  check({ value, complaints }) {
    const consumers = entriesOf(field(value, 'consumers'));
    for (const [stream, body] of entriesOf(field(value, 'streams'))) {
      const own = consumers.filter(([address]) => streamAddressOf(address) === stream);
      checkCount(stream, body, own, complaints);
      for (const one of own) checkLimits(stream, body, one, complaints);
      if (field(body, 'retention') === 'workqueue') checkWorkQueue(stream, own, complaints);
    }
  },
};

type Entry = [address: string, body: unknown];

function checkCount(stream: string, body: unknown, own: readonly Entry[], complaints: Complaints): void {
  const most = numberOf(field(body, 'maxConsumers'));
  if (most === undefined || own.length <= most) return;
  complaints.error(
    `${child('/streams', stream)}/maxConsumers`,
    `found ${most}; expected ${own.length} or more, as so many consumers of it are declared`,
  );
}

function checkLimits(
  stream: string,
  body: unknown,
  [address, consumer]: Entry,
  complaints: Complaints,
): void {
  const pointer = child('/consumers', address);
  const replicas = numberOf(field(body, 'replicas')) ?? 1;
  const wanted = numberOf(field(consumer, 'replicas'));
  const kept = textOf(field(body, 'retention')) ?? 'limits';
  if (wanted !== undefined && wanted > replicas)
    complaints.error(
      `${pointer}/replicas`,
      `found ${wanted} replicas; expected ${replicas} at most, as its stream ${stream} has`,
    );
  else if (wanted !== undefined && wanted < replicas && kept !== 'limits')
    complaints.error(
      `${pointer}/replicas`,
      `found ${wanted} replicas; expected ${replicas}, as its stream ${stream} has \`retention: ${kept}\``,
    );
  const limits = field(body, 'consumerLimits');
  for (const [key, read] of [
    ['maxAckPending', numberOf],
    ['inactiveThreshold', durationOf],
  ] as const) {
    const [most, stated] = [read(field(limits, key)), read(field(consumer, key))];
    if (most !== undefined && stated !== undefined && stated > most)
      complaints.error(
        `${pointer}/${key}`,
        `more than consumerLimits of ${stream} allows: expected ${String(field(limits, key))} at most`,
      );
  }
}

/** A work queue gives each message to one consumer, so no two may want the same. */
function checkWorkQueue(stream: string, own: readonly Entry[], complaints: Complaints): void {
  const before: { address: string; filters: string[] }[] = [];
  for (const [address, consumer] of own) {
    const pointer = child('/consumers', address);
    const policy = textOf(field(consumer, 'ackPolicy')) ?? 'explicit';
    if (policy === 'none' || policy === 'all')
      complaints.error(
        `${pointer}/ackPolicy`,
        `found "${policy}"; expected explicit, as its stream ${stream} is a work queue`,
      );
    const begins = textOf(field(consumer, 'deliver')) ?? 'all';
    if (begins !== 'all')
      complaints.error(
        `${pointer}/deliver`,
        `found "${begins}"; expected all, as its stream ${stream} is a work queue`,
      );
    const stated = [...textsOf(field(consumer, 'filter')), ...textsOf(field(consumer, 'filters'))];
    const filters = stated.length === 0 ? ['>'] : stated;
    const other = before.find((one) => one.filters.some((a) => filters.some((b) => subjectsOverlap(a, b))));
    if (other !== undefined)
      complaints.error(
        pointer,
        `it wants messages that ${other.address} wants too; expected filters that do not overlap, as ${stream} is a work queue`,
        'key',
      );
    before.push({ address, filters });
  }
}
