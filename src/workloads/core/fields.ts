import { address, defaulted, Type } from '../../support/schema.ts';
import { nodeField, userField, websocketField } from '../fields.ts';

/** A subject, or a pattern with wildcards. */
const SUBJECT_PATTERN = '^[^\\s.$][^\\s.]*(\\.[^\\s.]+)*$';

export const subjectField = (description: string) =>
  Type.String({
    pattern: SUBJECT_PATTERN,
    'x-expected': 'a subject, such as orders.new',
    description,
  });

/** What every workload without a stream has. */
export const coreFields = {
  cluster: address('cluster', 'The cluster that it connects to.'),
  account: Type.Optional(
    address('account', 'The account that it connects as; left out: the first one with JetStream.'),
  ),
  node: nodeField,
  user: userField,
  websocket: websocketField,
};

export const membersField = defaulted(
  Type.Integer({
    minimum: 1,
    maximum: 64,
    description:
      'How many members its queue group has, each with a connection of its own; they begin at the nodes of the cluster in turn.',
  }),
  1,
);
