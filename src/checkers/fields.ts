import { address, Type } from '../support/schema.ts';

export const receivedField = (description: string, minItems: 0 | 1) =>
  Type.Unsafe<string[]>({
    type: 'array',
    items: address('workload', 'A consume workload of this experiment.'),
    minItems,
    uniqueItems: true,
    description,
  });

export const streamsField = (description: string, minItems: 1 | 2) =>
  Type.Unsafe<string[]>({
    type: 'array',
    items: address('stream', 'A stream (cluster/stream).'),
    minItems,
    uniqueItems: true,
    description,
  });
