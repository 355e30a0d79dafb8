import { address, Type, type AddressKind } from '../support/schema.ts';

const addresses = (kind: AddressKind, one: string, description: string, minItems: number) =>
  Type.Unsafe<string[]>({
    type: 'array',
    items: address(kind, one),
    minItems,
    uniqueItems: true,
    description,
  });

/** @param kind of the workloads, with its article */
export const workloadsField = (kind: string, description: string, minItems: 0 | 1 = 1) =>
  addresses('workload', `${kind} workload of this experiment.`, description, minItems);

export const receivedField = (description: string, minItems: 0 | 1) =>
  workloadsField('A consume', description, minItems);

export const consumersField = (description: string) =>
  addresses('consumer', 'A consumer (cluster/stream/consumer).', description, 1);

export const streamsField = (description: string, minItems: 1 | 2) =>
  addresses('stream', 'A stream (cluster/stream).', description, minItems);

export const replicasField = Type.Unsafe<'each'>({
  type: 'string',
  enum: ['each'],
  description: 'Each replica is read by itself once the run is quiet, by making its node the leader.',
});
