import {
  address,
  defaulted,
  duration,
  strictObject,
  timeLimit,
  Type,
  type Static,
} from '../../support/schema.ts';
import type { Json } from '../../support/json.ts';
import { countField, pauseAtField } from '../fields.ts';
import { paceFields } from '../pace/options.ts';
import { headersOf, pathOf, placeFields, placeInWords } from '../../support/service-place.ts';

const PLACES =
  '`{id}` stands for the id of the request, `{n}` for its number (1, 2, 3 …); `{1..1000}` and `{eu,us}` for many texts, which requests take in turn.';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
const CLASS = '^[1-5](xx|\\d\\d)$';

const statusField = Type.Unsafe<string | number | (string | number)[]>({
  type: ['string', 'integer', 'array'],
  pattern: CLASS,
  minimum: 100,
  maximum: 599,
  minItems: 1,
  items: {
    type: ['string', 'integer'],
    pattern: CLASS,
    minimum: 100,
    maximum: 599,
    'x-expected': 'a status such as 201, or a class such as 2xx',
    description: 'A status or a class.',
  },
  'x-expected': 'a status such as 201, a class such as 2xx, or a list of them',
  examples: ['2xx', 201],
  description: 'The status of a good answer: one, a class (`2xx`), or a list of them.',
});

const expectField = defaulted(
  strictObject(
    {
      status: defaulted(statusField, '2xx'),
      body: Type.Optional(
        Type.String({
          minLength: 1,
          description:
            'A regular expression that the body of a good answer matches; ^ and $ match at lines, `{id}` and `{n}` stand for those of its request.',
        }),
      ),
    },
    'What a good answer is. Only such a request counts as accepted.',
  ),
  {},
);

export const httpSchema = Type.Object(
  {
    kind: Type.Literal('http'),
    ...placeFields(
      address(
        'service',
        'The service, or one replica of it as service/1, that requests are sent to. Those to several replicas go to one after the other, past every link under control.',
      ),
      'The address of a web server, in place of a service.',
    ),
    method: defaulted(
      Type.Unsafe<(typeof METHODS)[number]>({
        type: 'string',
        enum: [...METHODS],
        description: 'The method of every request.',
      }),
      'POST',
    ),
    path: pathOf(`The path of the request, with its query. ${PLACES}`),
    headers: headersOf(
      `Headers of every request, by name. ${PLACES} Without an \`Idempotency-Key\` of its own each request has one with its id.`,
    ),
    body: Type.Optional(
      Type.Unsafe<Json>({
        type: ['string', 'object', 'array'],
        examples: [{ orderId: '{id}', customerId: 'customer-{1..100}' }],
        description: `What is sent: a text, or a map or list that is sent as JSON. ${PLACES}`,
      }),
    ),
    ...paceFields('requests', 'request', 'as soon as a connection is free'),
    connections: defaulted(
      Type.Integer({
        minimum: 1,
        maximum: 1024,
        description:
          'How many connections there are, each with one request at a time: so many requests may be under way. While none is free, what is due waits, at most a second; its latency counts from when it was due.',
      }),
      64,
    ),
    timeout: defaulted(
      timeLimit('How long a whole answer may take; after that the outcome of the request is unknown.'),
      '5s',
    ),
    retries: defaulted(
      Type.Integer({
        minimum: 0,
        maximum: 100,
        description:
          'How often a request is sent again, with the same id, when no answer came, no connection was made, or the status is 408, 429 or 5xx and no good one.',
      }),
      0,
    ),
    retryAfter: defaulted(duration('How long it waits before it sends a request again.'), '100ms'),
    expect: expectField,
    count: countField,
    pauseAt: pauseAtField,
  },
  {
    additionalProperties: false,
    anyOf: [{ required: ['service'] }, { required: ['url'] }],
    not: { anyOf: [{ required: ['service', 'url'] }, { required: ['rate', 'interval'] }] },
    'x-expected': 'where requests go: a `service`, or a `url`',
    'x-message':
      'service and url, or rate and interval, say the same thing in two ways: give one of each two',
    description:
      'Sends HTTP requests, each with an id of its own, at a pace that does not wait for answers, and compares each answer with what is expected.',
  },
);
export type HttpOptions = Static<typeof httpSchema>;

/** `POST lb /api/orders` */
export function httpTarget(options: HttpOptions): string {
  return `${options.method} ${placeInWords(options)} ${options.path}`;
}
