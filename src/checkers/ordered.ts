import { strictObject, Type, type Static } from '../support/schema.ts';
import type { Checker } from './checker.ts';
import { receivedField } from './fields.ts';

const schema = strictObject(
  {
    kind: Type.Literal('ordered'),
    received: receivedField('Consume workloads whose first deliveries must be in order.', 1),
  },
  'First deliveries follow the stream sequence, and the messages of each publisher the order of publishing.',
);
type Options = Static<typeof schema>;

export const ordered: Checker<typeof schema> = {
  kind: 'ordered',
  summary: 'First deliveries follow stream sequence, and per publisher the order of publishing',
  schema,
  check(_history, options: Options) {
    throw new Error(`not there yet: ${options.kind}`);
  },
};
