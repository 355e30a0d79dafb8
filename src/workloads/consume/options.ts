import {
  address,
  defaulted,
  duration,
  percentage,
  size,
  strictObject,
  timeLimit,
  Type,
  type Static,
} from '../../support/schema.ts';
import type { Milliseconds } from '../../support/units.ts';
import { countField, nodeField, pauseAtField, userField, websocketField } from '../fields.ts';

/** One time for each message, or times that are evenly spread. */
export type ProcessingTime = Milliseconds | { min: Milliseconds; max: Milliseconds };

const choice = <T extends string>(names: readonly T[], description: string) =>
  Type.Unsafe<T>({ type: 'string', enum: [...names], description });

const pullField = defaulted(
  strictObject(
    {
      how: defaulted(
        choice(
          ['consume', 'fetch', 'next'],
          '`consume`: the next pull is open before the last one has ended; `fetch`: one batch after the other; `next`: one message at a time.',
        ),
        'consume',
      ),
      expires: defaulted(
        {
          ...duration('The server ends a pull after this time, from 100ms to 60s; a pause waits for it.'),
          'x-minimum': '100ms',
          'x-maximum': '60s',
        },
        '1s',
      ),
      maxBytes: Type.Optional(
        size(
          'A pull ends before its messages are together larger than this; one that is larger never comes.',
        ),
      ),
      threshold: Type.Optional(
        Type.Integer({
          minimum: 0,
          maximum: 1000,
          description:
            'With `how: consume`: asks for more, up to `batch`, when no more messages than this wait or are asked for, also while it works. Left out: with three pulls, and none while it works.',
        }),
      ),
    },
    'How a pull consumer is pulled from.',
  ),
  {},
);

const processingField = defaulted(
  Type.Unsafe<ProcessingTime>({
    ...strictObject({ min: duration('The shortest time.'), max: duration('The longest time.') }, ''),
    ...duration(''),
    type: ['string', 'object'],
    required: ['min', 'max'],
    'x-expected': 'a time with its unit, such as 20ms, or a map with `min` and `max`',
    examples: ['20ms'],
    description:
      'Time spent on each message before it is acknowledged: one for all, or evenly spread (`{ min: 5ms, max: 50ms }`).',
  }),
  '0ms',
);

const share = (description: string) => Type.Optional(percentage(description));

const mishapsField = Type.Optional(
  strictObject(
    {
      nak: share('It is rejected, so that it is delivered again.'),
      nakDelay: defaulted(
        duration('How long the server waits before it delivers a rejected message again.'),
        '0ms',
      ),
      term: share('It is given up for good, and must never be delivered again; it counts as dealt with.'),
      crash: share(
        'The consumer (that member of it) dies with it and with all else that it holds: its socket is destroyed, and a new one begins at once. What it held is delivered again after `ackWait`.',
      ),
    },
    'What happens to a share of the messages in place of their acknowledgement, at their first delivery; drawn from the seed of the run by stream sequence.',
  ),
);

export const consumeSchema = Type.Object(
  {
    kind: Type.Literal('consume'),
    consumer: Type.Optional(address('consumer', 'The consumer (cluster/stream/consumer) to read from.')),
    ordered: Type.Optional(
      address(
        'stream',
        'The stream (cluster/stream) to read from its first message on through an ordered consumer, in place of `consumer`; nothing is acknowledged.',
      ),
    ),
    push: defaulted(
      Type.Boolean({
        description:
          'Whether the server pushes: `consumer` is then one with a deliver subject, whose deliver group, heartbeats and flow control are used as they are; an `ordered` one is made that pushes, with heartbeats and flow control.',
      }),
      false,
    ),
    pull: pullField,
    count: countField,
    pauseAt: pauseAtField,
    batch: defaulted(
      Type.Integer({ minimum: 1, maximum: 1000, description: 'How many messages one pull asks for.' }),
      100,
    ),
    members: defaulted(
      Type.Integer({
        minimum: 1,
        maximum: 64,
        description:
          'How many members share the consumer, each with a connection of its own; they begin at the nodes of the cluster in turn, and the history says which got what.',
      }),
      1,
    ),
    ack: defaulted(
      choice(
        ['explicit', 'all', 'none'],
        "As the consumer's ack policy is. `explicit`: every message is acknowledged; `all`: every `ackEvery`th, and with it all before; `none`: none.",
      ),
      'explicit',
    ),
    ackEvery: defaulted(
      Type.Integer({
        minimum: 1,
        maximum: 1000,
        description:
          'With `ack: all`: acknowledges after so many messages, and once no more have come for a moment.',
      }),
      10,
    ),
    confirm: defaulted(
      Type.Boolean({
        description:
          'Whether the server must confirm each acknowledgement. Without it the outcome of an acknowledgement is unknown until the ack floor of the consumer shows it.',
      }),
      true,
    ),
    ackTimeout: defaulted(
      timeLimit(
        'How long the server may take to confirm an acknowledgement; after that its outcome is unknown.',
      ),
      '5s',
    ),
    processing: processingField,
    inProgress: Type.Optional(
      timeLimit(
        'While it works on a message, it tells the server so this often, so that `ackWait` begins anew.',
      ),
    ),
    mishaps: mishapsField,
    reconnectEvery: Type.Optional({
      ...duration(
        'Moves to the next node of the cluster this often, at least 100ms; several members one after the other.',
      ),
      'x-minimum': '100ms',
    }),
    node: nodeField,
    user: userField,
    websocket: websocketField,
  },
  {
    additionalProperties: false,
    anyOf: [{ required: ['consumer'] }, { required: ['ordered'] }],
    not: { required: ['consumer', 'ordered'] },
    'x-message': 'consumer and ordered say where messages come from in two ways: give one of them',
    'x-expected': 'where messages come from: a `consumer`, or a stream that is read `ordered`',
    description:
      'Takes messages from a consumer, pulled or pushed, processes them in order, and acknowledges them with a confirmation; or reads a stream in order without acknowledgements.',
  },
);
export type ConsumeOptions = Static<typeof consumeSchema>;

/** `cluster/stream/consumer`. An ordered consumer has no name that stays: the workload's name stands for it. */
export function consumedTarget({ consumer, ordered }: ConsumeOptions, workload: string): string {
  return consumer ?? `${ordered ?? ''}/${workload}`;
}

export function acknowledges({ ordered, ack }: ConsumeOptions): boolean {
  return ordered === undefined && ack !== 'none';
}
