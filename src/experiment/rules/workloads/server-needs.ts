import { entriesOf, field, textOf } from '../../source/lenient.ts';
import { child } from '../../source/pointer.ts';
import type { ExperimentRule } from '../rule.ts';
import { isBefore } from '../version.ts';

export const serverNeeds: ExperimentRule = {
  name: 'workloads/server-needs',
  demand: 'A field that needs a setting of the stream, or a version of the servers, finds both.',
  check({ value, inventory, complaints }) {
    for (const [name, workload] of entriesOf(field(value, 'workloads'))) {
      if (textOf(field(workload, 'kind')) !== 'publish') continue;
      const address = textOf(field(workload, 'stream')) ?? '';
      const stream = inventory.streams.get(address);
      for (const [fieldName, { setting, version }] of Object.entries(NEEDS)) {
        if (field(workload, fieldName) === undefined) continue;
        const at = `${child('/workloads', name)}/${fieldName}`;
        if (stream !== undefined && !stream[setting]) {
          complaints.error(at, `${fieldName} needs \`${setting}: true\` of the stream ${address}`);
        } else if (isBefore(inventory.nats, version)) {
          complaints.error(
            at,
            `${fieldName} needs nats-server ${version} or later; the environment has ${inventory.nats ?? ''}`,
          );
        }
      }
    }
  },
};

const NEEDS = {
  ttl: { setting: 'allowMessageTtl', version: '2.11' },
  batch: { setting: 'allowAtomicPublish', version: '2.12' },
} as const;
