import { faultsOfMethod } from '../../resolve/faults-of.ts';
import { clusterOf } from '../../resolve/inventory.ts';
import { entriesOf, field, itemsOf, textOf, textsOf } from '../../source/lenient.ts';
import { child } from '../../source/pointer.ts';
import type { ExperimentRule } from '../rule.ts';

export const listeners: ExperimentRule = {
  name: 'workloads/listeners',
  demand:
    'A workload by WebSocket or MQTT connects to a cluster that listens for it; a fault on links of clients, which it does not use, is warned of.',
  check({ value, inventory, complaints }) {
    const others: string[] = [];
    for (const [name, workload] of entriesOf(field(value, 'workloads'))) {
      const listener = listenerOf(workload);
      if (listener === undefined) continue;
      others.push(name);
      const at = `${child('/workloads', name)}/${listener === 'mqtt' ? 'cluster' : 'websocket'}`;
      const cluster = clusterOf(
        ['through', 'stream', 'consumer', 'ordered', 'cluster']
          .flatMap((key) => textOf(field(workload, key)) ?? [])
          .at(0) ?? '',
      );
      const there = inventory.clusters.get(cluster);
      if (there === undefined) continue;
      const words = listener === 'mqtt' ? 'MQTT' : 'WebSocket';
      if (inventory.attached)
        complaints.error(at, `clients by ${words} need servers that the run starts itself`);
      else if (!there.listeners.includes(listener))
        complaints.error(
          at,
          `${cluster} does not listen for ${words}: expected \`${listener}: true\` under clusters.${cluster}`,
        );
    }
    if (others.length === 0) return;
    for (const { fault, at } of faultsOfMethod(value)) {
      const sides = itemsOf(field(fault, 'between')).flatMap((side) => textsOf(side));
      if (!sides.includes('clients') && field(fault, 'clients') !== true) continue;
      complaints.warning(
        at,
        `${others.join(', ')} will not feel this fault: connections by WebSocket and MQTT go through no proxy`,
      );
    }
  },
};

function listenerOf(workload: unknown): 'websocket' | 'mqtt' | undefined {
  if (textOf(field(workload, 'kind'))?.startsWith('mqtt-') === true) return 'mqtt';
  return field(workload, 'websocket') === true ? 'websocket' : undefined;
}
