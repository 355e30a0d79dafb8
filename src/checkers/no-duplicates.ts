import { strictObject, Type, type Static } from '../support/schema.ts';
import type { Checker } from './checker.ts';
import { receivedField, streamsField } from './fields.ts';

const schema = strictObject(
  {
    kind: Type.Literal('no-duplicates'),
    received: receivedField(
      'Consume workloads that must not get a message again once it is acknowledged.',
      1,
    ),
    streams: Type.Optional(
      streamsField(
        'Further streams that must hold no message twice; those of the workloads are looked at anyway.',
        1,
      ),
    ),
  },
  'No message is stored twice, and none is delivered again after its acknowledgement was confirmed.',
);
type Options = Static<typeof schema>;

export const noDuplicates: Checker<typeof schema> = {
  kind: 'no-duplicates',
  summary: 'No message is stored twice, or delivered again after its confirmed acknowledgement',
  schema,
  check(_history, options: Options) {
    throw new Error(`not there yet: ${options.kind}`);
  },
};
