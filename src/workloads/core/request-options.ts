import { defaulted, rate, size, strictObject, timeLimit, Type, type Static } from '../../support/schema.ts';
import { coreFields, subjectField } from './fields.ts';

export const requestSchema = strictObject(
  {
    kind: Type.Literal('request'),
    cluster: coreFields.cluster,
    subject: subjectField('The subject that requests are sent to.'),
    rate: defaulted(rate('How many requests are sent, whatever becomes of those before.'), '100/s'),
    count: Type.Optional(
      Type.Integer({
        minimum: 1,
        description: 'Ends by itself after this many requests; left out: continues until the run stops it.',
      }),
    ),
    size: defaulted(
      { ...size('Size of a request, from 64B to 1MiB.'), 'x-minimum': '64B', 'x-maximum': '1MiB' },
      '128B',
    ),
    timeout: defaulted(
      timeLimit('How long an answer may take; after that the outcome is unknown. Nothing is sent again.'),
      '2s',
    ),
    maxInFlight: defaulted(
      Type.Integer({
        minimum: 1,
        maximum: 65_536,
        description: 'How many requests may wait for an answer; while so many do, none is sent.',
      }),
      1024,
    ),
    account: coreFields.account,
    node: coreFields.node,
    user: coreFields.user,
    websocket: coreFields.websocket,
  },
  'Sends requests by core NATS, and waits for an answer to each.',
);
export type RequestOptions = Static<typeof requestSchema>;
