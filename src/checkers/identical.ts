import { strictObject, Type, type Static } from '../support/schema.ts';
import type { Checker } from './checker.ts';
import { streamsField } from './fields.ts';

const schema = strictObject(
  {
    kind: Type.Literal('identical'),
    streams: streamsField('A stream and its mirrors; the first is what the others are compared with.', 2),
  },
  'Streams hold the same messages: sequence, subject and content, one by one.',
);
type Options = Static<typeof schema>;

export const identical: Checker<typeof schema> = {
  kind: 'identical',
  summary: 'A mirror holds what its origin holds: sequence, subject and content, one by one',
  schema,
  check(_history, options: Options) {
    throw new Error(`not there yet: ${options.kind}`);
  },
};
