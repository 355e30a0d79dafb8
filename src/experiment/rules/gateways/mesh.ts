import { superClusters } from '../../resolve/reachable-clusters.ts';
import type { EnvironmentRule } from '../rule.ts';

export const gatewayMesh: EnvironmentRule = {
  name: 'gateways/mesh',
  demand: 'In a super-cluster, a gateway joins every two clusters directly.',
  check({ inventory, complaints }) {
    const isJoined = (a: string, b: string): boolean =>
      inventory.links.some(
        ({ kind, clusters }) => kind === 'gateway' && clusters.includes(a) && clusters.includes(b),
      );
    for (const members of superClusters(inventory)) {
      members.forEach((a, i) => {
        for (const b of members.slice(i + 1)) {
          if (isJoined(a, b)) continue;
          complaints.error(
            '/links',
            `no gateway joins ${a} and ${b} themselves, and NATS passes nothing on from one gateway to the next; expected { kind: gateway, between: [${a}, ${b}] } as well`,
            'key',
          );
        }
      });
    }
  },
};
