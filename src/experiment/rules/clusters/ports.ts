import { entriesOf, field, itemsOf, numberOf } from '../../source/lenient.ts';
import { child, type Pointer } from '../../source/pointer.ts';
import type { EnvironmentRule } from '../rule.ts';

export const ports: EnvironmentRule = {
  name: 'clusters/ports',
  demand: 'The ports of all nodes and services differ, and none is above 65535.',
  check({ value, complaints }) {
    const taken = new Map<number, string>();
    for (const [cluster, size, body, at] of ownersOf(value)) {
      for (const [use, first] of entriesOf(field(body, 'ports'))) {
        const port = numberOf(first);
        if (port === undefined) continue;
        const pointer = `${at}/ports/${use}`;
        if (port <= 65535 && port + size - 1 > 65535)
          complaints.error(pointer, `${size} ports from ${port} on end above 65535`);
        const all = Array.from({ length: Math.min(size, 100) }, (_, i) => port + i);
        const clash = all.find((one) => taken.has(one));
        if (clash !== undefined) {
          complaints.error(
            pointer,
            `the ${use} ports ${port} to ${port + size - 1} of ${cluster} include ${clash}, which is among the ${taken.get(clash) ?? ''}`,
          );
        }
        for (const one of all) taken.set(one, `${use} ports of ${cluster}`);
      }
    }
  },
};

/** Clusters and services: their name, how many there are of them, and where they are in the file. */
function ownersOf(value: unknown): [name: string, size: number, body: unknown, at: Pointer][] {
  return [
    ...entriesOf(field(value, 'clusters')).map(([name, body]): [string, number, unknown, Pointer] => [
      name,
      itemsOf(field(body, 'nodes')).length,
      body,
      child('/clusters', name),
    ]),
    ...entriesOf(field(value, 'services')).map(([name, body]): [string, number, unknown, Pointer] => [
      name,
      numberOf(field(body, 'replicas')) ?? 1,
      body,
      child('/services', name),
    ]),
  ];
}
