import { actions, commonActionFields } from '../../../actions/index.ts';
import { defaulted, duration, timeLimit, Type, type TSchema } from '../../../support/schema.ts';
import { EXPECTED, kindChoice, type Item } from '../common.ts';
import { expectation, expectations } from './conditions.ts';
import { faultItem } from './fault-items.ts';

/** An action with the fields that all of them have. */
function withCommonFields(schema: TSchema): TSchema {
  const { properties = {} } = schema as { properties?: Record<string, TSchema> };
  return { ...schema, properties: { ...properties, ...commonActionFields } };
}

export const phase = Type.Object(
  {
    phase: Type.String({
      pattern: '^[^\\s\\p{Cc}]([^\\p{Cc}]{0,62}[^\\s\\p{Cc}])?$',
      [EXPECTED]: 'a name of one line without spaces around it (at most 64 characters)',
      description: 'Its name, unique in the method.',
    }),
    for: Type.Optional(duration('How long it lasts.')),
    grace: Type.Optional(
      duration(
        'How much longer than `for` it may last while actions with `after` are going on or wait for their turn. Left out: not at all, and those that wait are never done.',
      ),
    ),
    until: Type.Optional(
      Type.Unsafe<'steady' | 'available' | Item[]>({
        type: ['string', 'array'],
        pattern: '^(steady|available)$',
        minItems: 1,
        items: expectation,
        [EXPECTED]: 'the word steady, the word available, or a list of conditions',
        examples: ['steady', 'available'],
        description:
          'It lasts until this holds: `steady` for the steady state (the time that takes is the recovery time); `available` for service while faults are in force (kept faults that cost a stream its quorum are healed, no others; then every stream with a quorum must have a leader, and every workload on it move on); or conditions that must all hold at one moment.',
      }),
    ),
    within: Type.Optional(timeLimit('How long `until` may take before the run gives up on it.')),
    faults: defaulted(
      Type.Array(faultItem, {
        description: 'What is broken while the phase lasts; each is proven from outside before it goes on.',
      }),
      [],
    ),
    actions: defaulted(
      Type.Array(
        kindChoice<Item>(
          'action',
          actions.map((action) => withCommonFields(action.schema)),
          'A deliberate step.',
        ),
        { description: 'What is done, one after the other: at its beginning, once its faults are in force; or by its clock, with `after`.' },
      ),
      [],
    ),
    expect: defaulted(expectations('What must hold while it lasts.', 0), []),
    allowCrash: Type.Optional(
      Type.Boolean({
        description:
          'Servers may end by themselves while it lasts: they are still recorded and shown, and are no failure. Everywhere else a server that ends without the run having ended it fails the run.',
      }),
    ),
  },
  {
    additionalProperties: false,
    anyOf: [{ required: ['for'] }, { required: ['until'] }],
    not: { required: ['for', 'until'] },
    'x-message': 'for and until say how long the phase lasts in two ways: give one of them',
    dependentRequired: { until: ['within'], within: ['until'], grace: ['for'] },
    [EXPECTED]: 'how long it lasts: `for`, or `until` with `within`',
    description: 'A phase of the method.',
  },
);

