import { actions, commonActionFields } from '../../../actions/index.ts';
import { faults } from '../../../faults/index.ts';
import { defaulted, duration, strictObject, Type, type TSchema } from '../../../support/schema.ts';
import { count, EXPECTED, kindChoice, NAME, type Item } from '../common.ts';

/** Actions that make no sense where a draw puts them, or that nothing brings back. */
const NOT_DRAWN: ReadonlySet<string> = new Set([
  ...['resume-workload', 'resume-consumer', 'add-node'],
  ...['snapshot-storage', 'rollback-storage', 'seal', 'promote-mirror'],
]);

/** Of the fields of a fault or an action, those that a run draws by itself. */
const DRAWN = ['after', 'every', 'keep', 'mayFail', 'maySkip'];

const DRAW = 'a value; or to draw from a list, or a range such as 500ms..8s or 1..3';

/** The fields of a kind, any of which may be drawn: what their values may be is checked value by value. */
function space(schema: TSchema, common: Record<string, TSchema> = {}): TSchema {
  const { properties = {}, required, description } = schema as {
    properties?: Record<string, { const?: unknown; description?: string; examples?: unknown[] }>;
    required?: string[];
    description?: string;
  };
  const fields = Object.entries({ ...properties, ...common })
    .filter(([name]) => !DRAWN.includes(name))
    .map(([name, field]) => [name, 'const' in field ? field : drawn(field)]);
  return {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(fields) as unknown,
    ...(required === undefined ? {} : { required }),
    description: description ?? '',
  };
}

function drawn({ description = '', examples }: { description?: string; examples?: unknown[] }) {
  return {
    description: `${description} May be ${DRAW}.`,
    ...(examples === undefined ? {} : { examples }),
  };
}

const drawnFields = (of: string) =>
  Type.Unsafe<Record<string, unknown>>({
    type: 'object',
    minProperties: 1,
    additionalProperties: { description: `A field of ${of}: ${DRAW}.` },
    description: `Fields of ${of}, each with the values that a run may have in place of its own.`,
  });

const load = strictObject(
  {
    optional: Type.Optional(
      Type.Array(Type.String(), {
        minItems: 1,
        uniqueItems: true,
        description:
          'Workloads that a run may be without; consumers that only they read are not made then, and checks do not ask for them: `[consume]`.',
      }),
    ),
    workloads: Type.Optional(
      Type.Unsafe<Record<string, Record<string, unknown>>>({
        type: 'object',
        propertyNames: NAME,
        additionalProperties: drawnFields('the workload'),
        description: 'Workloads of the experiment, by name: `publish: { rate: [100/s, 2000/s], publishers: 1..4 }`.',
      }),
    ),
    streams: Type.Optional(
      Type.Unsafe<Record<string, Record<string, unknown>>>({
        type: 'object',
        additionalProperties: drawnFields('the stream'),
        description: 'Streams of the environment, by address: `z/orders: { replicas: [1, 3], storage: [file, memory] }`.',
      }),
    ),
  },
  'What differs from run to run in workloads and streams. A run draws which of these differ at all.',
);

export const exploreField = strictObject(
  {
    length: defaulted(duration('How long the schedule of a run is.'), '8s'),
    events: defaulted(
      Type.Unsafe<number | string>({
        type: ['integer', 'string'],
        minimum: 1,
        maximum: 100,
        pattern: '^[1-9]\\d?\\.\\.[1-9]\\d?$',
        [EXPECTED]: 'a number, or a range of two of them such as 2..6',
        examples: ['2..6'],
        description: 'How many faults and actions a schedule has.',
      }),
      '2..6',
    ),
    kinds: defaulted(
      count('How many of the faults and actions below a run uses at most: a few at a time show what all together hide.', 1),
      3,
    ),
    atOnce: defaulted(count('How many faults and actions may overlap in time.', 1), 2),
    weights: Type.Optional(
      Type.Unsafe<Record<string, number>>({
        type: 'object',
        additionalProperties: {
          type: 'number',
          exclusiveMinimum: 0,
          maximum: 1000,
          description: 'How often this kind is drawn, compared with 1 for any other.',
        },
        description: 'How often kinds are drawn, by kind: `{ kill: 3, latency: 0.5 }`.',
      }),
    ),
    faults: defaulted(
      Type.Array(
        kindChoice<Item>(
          'faultSpace',
          faults.map(({ schema }) => space(schema)),
          'A fault, with the values that its fields may have.',
        ),
        { description: 'Faults to draw from. `for`, where it is left out, is 300ms..3s.' },
      ),
      [],
    ),
    actions: defaulted(
      Type.Array(
        kindChoice<Item>(
          'actionSpace',
          actions
            .filter(({ kind }) => !NOT_DRAWN.has(kind))
            .map(({ schema }) => space(schema, commonActionFields)),
          'An action, with the values that its fields may have.',
        ),
        {
          description:
            'Actions to draw from; each may fail. `within`, where it is left out, is 20s. What `scale-replicas`, `remove-node`, `pause-workload` and `pause-consumer` change is changed back before the recovery.',
        },
      ),
      [],
    ),
    load: Type.Optional(load),
    recovery: defaulted(
      duration('How long the steady state may take to come back after the schedule; one that does not is a finding.'),
      '60s',
    ),
  },
  'A space of schedules, in place of `method`: `chaos explore` draws runs from it, and looks for those that fail.',
);
