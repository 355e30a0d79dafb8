import { address, defaulted, strictObject, Type, type Static } from '../support/schema.ts';
import type { Checker } from './checker.ts';
import { receivedField } from './fields.ts';

const schema = strictObject(
  {
    kind: Type.Literal('no-loss'),
    published: address('workload', 'The publish workload whose acknowledged messages must all be there.'),
    received: defaulted(
      receivedField(
        'Consume workloads; each must have received every message and had its acknowledgement confirmed.',
        0,
      ),
      [],
    ),
  },
  'Every acknowledged message is in its stream, and was delivered and acknowledged at least once.',
);
type Options = Static<typeof schema>;

export const noLoss: Checker<typeof schema> = {
  kind: 'no-loss',
  summary: 'Every acknowledged message is stored, and was delivered and acknowledged at least once',
  schema,
  check(_history, options: Options) {
    throw new Error(`not there yet: ${options.kind}`);
  },
};
