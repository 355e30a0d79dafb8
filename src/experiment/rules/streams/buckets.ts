import { notThere } from '../../resolve/addresses.ts';
import { clusterOf, streamOfBucket, streamOfObjectBucket } from '../../resolve/inventory.ts';
import { entriesOf, field, numberOf } from '../../source/lenient.ts';
import { child } from '../../source/pointer.ts';
import type { EnvironmentRule } from '../rule.ts';

export const buckets: EnvironmentRule = {
  name: 'streams/buckets',
  demand:
    'A bucket is of a cluster that has a node for each replica, and no mirror is also filled in another way.',
  check({ value, inventory, complaints }) {
    const all = MAPS.flatMap(({ map, streamOf }) =>
      entriesOf(field(value, map)).map(([address, bucket]) => ({
        address,
        bucket,
        pointer: child(`/${map}`, address),
        stream: streamOf(address),
      })),
    );
    for (const { address, bucket, pointer, stream } of all) {
      const name = clusterOf(address);
      const cluster = inventory.clusters.get(name);
      if (cluster === undefined) {
        complaints.error(
          pointer,
          notThere('cluster', name, [...inventory.clusters.keys()], inventory.name),
          'key',
        );
        continue;
      }
      const nodes = cluster.nodes.length;
      const replicas = numberOf(field(bucket, 'replicas')) ?? 1;
      if (nodes > 0 && replicas > nodes) {
        const has = nodes === 1 ? 'one node' : `${nodes} nodes`;
        complaints.error(
          `${pointer}/replicas`,
          `found ${replicas} replicas; expected ${nodes} at most, as ${name} has ${has}`,
        );
      }
      const has = (key: string): boolean => field(bucket, key) !== undefined;
      if (has('mirror') && has('sources'))
        complaints.error(`${pointer}/sources`, 'a mirror cannot have sources too', 'key');
      if (field(field(value, 'streams'), stream) !== undefined)
        complaints.error(pointer, `the stream ${stream} is declared as well`, 'key');
    }
  },
};

const MAPS = [
  { map: 'buckets', streamOf: streamOfBucket },
  { map: 'objectBuckets', streamOf: streamOfObjectBucket },
];
