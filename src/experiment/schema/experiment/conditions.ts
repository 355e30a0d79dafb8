import {
  conditionFields,
  STATE_CONDITIONS,
  stopConditionFields,
  VALUE_CONDITIONS,
} from '../../../probes/condition.ts';
import { probes } from '../../../probes/index.ts';
import { Type, type TSchema } from '../../../support/schema.ts';
import { choice, EXPECTED, kindChoice, type Item } from '../common.ts';

/** The words of probes that know only a few, so that a misspelt one is found before the run. */
const STATES: Readonly<Record<string, string[]>> = {
  'interest-mode': ['optimistic', 'transitioning', 'interest-only', 'mixed', 'unlisted'],
  'mirror-state': ['connected', 'disconnected'],
  'server-healthy': ['healthy', 'unhealthy'],
  connect: ['accepted', 'refused', 'unreachable'],
};

export const expectation = conditionChoice('expectation', conditionFields, 'What a probe must read.');

export const stopCondition = conditionChoice(
  'stopCondition',
  stopConditionFields,
  'What no reading of a probe may be: the method ends at once when one is.',
);

function conditionChoice(
  name: string,
  fieldsFor: (reads: (typeof probes)[number]['reads']) => Record<string, TSchema>,
  description: string,
) {
  const schemas = probes.map((probe) => {
    const conditions = { ...fieldsFor(probe.reads), ...statesOf(probe.kind) };
    const judging = [...VALUE_CONDITIONS, ...STATE_CONDITIONS].filter((name) => name in conditions);
    return Type.Object(
      { ...propertiesOf(probe.fields), ...conditions },
      {
        additionalProperties: false,
        anyOf: judging.map((name) => ({ required: [name] })),
        [EXPECTED]: `at least one condition: ${judging.join(', ')}`,
        description: probe.summary,
      },
    );
  });
  return kindChoice<Item>(name, schemas, description);
}

function statesOf(kind: string): Record<string, TSchema> {
  const words = STATES[kind];
  return words ? { is: Type.Optional(choice(words, 'Every reading is this word.')) } : {};
}

export const observation = kindChoice<Item>(
  'observation',
  probes.map((probe) => probe.fields),
  'Something to read all through the run, without judging it.',
);

export const expectations = (description: string, minItems = 1) =>
  Type.Array(expectation, { ...(minItems > 0 ? { minItems } : {}), description });

function propertiesOf(schema: TSchema): Record<string, TSchema> {
  return (schema as { properties?: Record<string, TSchema> }).properties ?? {};
}
