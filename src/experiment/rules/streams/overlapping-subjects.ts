import { superClusterOf } from '../../resolve/reachable-clusters.ts';
import { subjectsOverlap } from '../../../support/subjects.ts';
import { child } from '../../source/pointer.ts';
import type { EnvironmentRule } from '../rule.ts';

export const overlappingSubjects: EnvironmentRule = {
  name: 'streams/overlapping-subjects',
  demand: 'No two streams of one account capture the same subject in one JetStream system.',
  check({ inventory, complaints }) {
    const captured: { address: string; place: string; subject: string }[] = [];
    for (const [address, stream] of inventory.streams) {
      const place = [...superClusterOf(stream.cluster, inventory), stream.account].join(' ');
      stream.subjects.forEach((subject, i) => {
        const other = captured.find(
          (one) => one.place === place && one.address !== address && subjectsOverlap(one.subject, subject),
        );
        if (other) {
          complaints.error(
            `${child('/streams', address)}/subjects/${i}`,
            `"${subject}" overlaps with "${other.subject}" of ${other.address}; two streams of one account cannot capture the same subject`,
          );
        }
        captured.push({ address, place, subject });
      });
    }
  },
};
