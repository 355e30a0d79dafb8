import type { ConsumerEntry } from '../../resolve/inventory.ts';
import { entriesOf, field, textOf } from '../../source/lenient.ts';
import { child } from '../../source/pointer.ts';
import type { ExperimentRule } from '../rule.ts';

export const consumerWays: ExperimentRule = {
  name: 'workloads/consumer-ways',
  demand:
    'A consume workload takes and acknowledges messages in the way that the environment has its consumer give them.',
  check({ value, inventory, complaints }) {
    // What runs already may have other settings than those that the environment states.
    if (inventory.attached) return;
    for (const [name, workload] of entriesOf(field(value, 'workloads'))) {
      if (textOf(field(workload, 'kind')) !== 'consume') continue;
      const address = textOf(field(workload, 'consumer')) ?? '';
      const consumer = inventory.consumerEntries.get(address);
      if (consumer === undefined) continue;
      for (const [fieldName, message] of mismatches(workload, address, consumer))
        complaints.error(`${child('/workloads', name)}/${fieldName}`, message);
    }
  },
};

function mismatches(
  workload: unknown,
  address: string,
  { pushes, ackPolicy }: ConsumerEntry,
): [field: string, message: string][] {
  const found: [string, string][] = [];
  const isPushed = field(workload, 'push') === true;
  if (isPushed && !pushes)
    found.push([
      'push',
      `${address} is pulled from; expected a consumer with deliverSubject, or no \`push: true\``,
    ]);
  if (!isPushed && pushes)
    found.push([
      'consumer',
      `${address} has a deliverSubject, so nobody can pull from it; expected \`push: true\``,
    ]);
  const ack = textOf(field(workload, 'ack')) ?? 'explicit';
  if (ack === 'explicit' && ackPolicy === 'none')
    found.push([
      'consumer',
      `${address} has ackPolicy none, and takes no acknowledgement; expected \`ack: none\``,
    ]);
  if (ack === 'all' && ackPolicy !== 'all')
    found.push(['ack', `${address} has ackPolicy ${ackPolicy}; expected a consumer with ackPolicy all`]);
  return found;
}
