import { clusterOf } from '../../resolve/inventory.ts';
import { entriesOf, field } from '../../source/lenient.ts';
import { child } from '../../source/pointer.ts';
import type { EnvironmentRule } from '../rule.ts';

/** The maps of what only JetStream holds, by address. */
const ASSETS = ['streams', 'buckets', 'objectBuckets'];

export const clusterJetstream: EnvironmentRule = {
  name: 'clusters/jetstream',
  demand: 'A cluster without JetStream has no stream, no bucket, no gateway and no clients by MQTT.',
  check({ value, inventory, complaints }) {
    const hasNone = (cluster: string): boolean => inventory.clusters.get(cluster)?.withoutJetstream === true;
    for (const map of ASSETS) {
      for (const [address] of entriesOf(field(value, map))) {
        const cluster = clusterOf(address);
        if (hasNone(cluster))
          complaints.error(
            child(`/${map}`, address),
            `${cluster} has no JetStream (\`jetstream: false\`), and can hold nothing; expected a cluster that has it`,
            'key',
          );
      }
    }
    for (const [name, { listeners, withoutJetstream }] of inventory.clusters) {
      if (withoutJetstream === true && listeners.includes('mqtt'))
        complaints.error(
          `${child('/clusters', name)}/mqtt`,
          'servers keep the sessions of MQTT in JetStream',
        );
    }
    for (const { kind, clusters } of inventory.links) {
      // Its servers would count as members of the meta group that are never there.
      if (kind !== 'gateway') continue;
      for (const cluster of clusters.filter(hasNone))
        complaints.error(
          `${child('/clusters', cluster)}/jetstream`,
          'a cluster of a super-cluster needs JetStream, as all of them share one meta group',
        );
    }
  },
};
