import { actions } from '../actions/index.ts';
import { checkers } from '../checkers/index.ts';
import {
  conditionFields,
  STATE_CONDITIONS,
  stopConditionFields,
  VALUE_CONDITIONS,
} from '../probes/condition.ts';
import { probes } from '../probes/index.ts';
import {
  address,
  defaulted,
  duration,
  percentage,
  strictObject,
  Type,
  type Static,
  type TSchema,
} from '../support/schema.ts';
import { workloads } from '../workloads/index.ts';
import { faultItem } from './fault-items.ts';
import {
  EXPECTED,
  choice,
  count,
  fileNameField,
  kindChoice,
  namedRecord,
  secretsField,
  titleField,
  type Item,
} from './common-schema.ts';
import { expectField } from './expect-schema.ts';

/** The words of probes that know only a few, so that a misspelt one is found before the run. */
const STATES: Readonly<Record<string, string[]>> = {
  'mirror-state': ['connected', 'disconnected'],
  'server-healthy': ['healthy', 'unhealthy'],
};

const expectation = conditionChoice('expectation', conditionFields, 'What a probe must read.');

const stopCondition = conditionChoice(
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

const observation = kindChoice<Item>(
  'observation',
  probes.map((probe) => probe.fields),
  'Something to read all through the run, without judging it.',
);

const expectations = (description: string, minItems = 1) =>
  Type.Array(expectation, { ...(minItems > 0 ? { minItems } : {}), description });

const phase = Type.Object(
  {
    phase: Type.String({
      pattern: '^[^\\s\\p{Cc}]([^\\p{Cc}]{0,62}[^\\s\\p{Cc}])?$',
      [EXPECTED]: 'a name of one line without spaces around it (at most 64 characters)',
      description: 'Its name, unique in the method.',
    }),
    for: Type.Optional(duration('How long it lasts.')),
    until: Type.Optional(
      Type.Unsafe<'steady' | Item[]>({
        type: ['string', 'array'],
        pattern: '^steady$',
        minItems: 1,
        items: expectation,
        [EXPECTED]: 'the word steady, or a list of conditions',
        examples: ['steady'],
        description:
          'It lasts until this holds: `steady` for the steady state (the time that takes is the recovery time), or conditions that must all hold at one moment.',
      }),
    ),
    within: Type.Optional(duration('How long `until` may take before the run gives up on it.')),
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
          actions.map((action) => action.schema),
          'A deliberate step that needs no undoing.',
        ),
        { description: 'What is done at its beginning, one after the other, once its faults are in force.' },
      ),
      [],
    ),
    expect: defaulted(expectations('What must hold while it lasts.', 0), []),
  },
  {
    additionalProperties: false,
    anyOf: [{ required: ['for'] }, { required: ['until'] }],
    not: { required: ['for', 'until'] },
    'x-message': 'for and until say how long the phase lasts in two ways: give one of them',
    dependentRequired: { until: ['within'], within: ['until'] },
    [EXPECTED]: 'how long it lasts: `for`, or `until` with `within`',
    description: 'A phase of the method.',
  },
);

const tolerance = Type.Optional(
  percentage(
    'How much worse than the baseline the figure may become before `chaos compare --fail-on regression` calls it a regression.',
  ),
);

const latencyFields = {
  p50: Type.Optional(duration('Most that half of the publishes may take.')),
  p90: Type.Optional(duration('Most that 90% of the publishes may take.')),
  p99: Type.Optional(duration('Most that 99% of the publishes may take.')),
  p999: Type.Optional(duration('Most that 99.9% of the publishes may take.')),
  max: Type.Optional(duration('Most that any publish may take.')),
};

const recoveryTime = strictObject(
  {
    metric: Type.Literal('recovery-time'),
    phase: address('phase', 'The phase that waits for the steady state.'),
    max: duration('Most that recovery may take.'),
    tolerance,
  },
  'How long the system takes from the last fault removed until the steady state holds again.',
);

const publishLatency = Type.Object(
  {
    metric: Type.Literal('publish-latency'),
    workload: address('workload', 'The workload that publishes.'),
    phase: address('phase', 'The phase whose publishes count.'),
    ...latencyFields,
    tolerance,
  },
  {
    additionalProperties: false,
    anyOf: Object.keys(latencyFields).map((name) => ({ required: [name] })),
    [EXPECTED]: 'at least one limit: p50, p90, p99, p999, max',
    description: 'How long publishes take to be acknowledged.',
  },
);

const publishErrors = strictObject(
  {
    metric: Type.Literal('publish-errors'),
    workload: address('workload', 'The workload that publishes.'),
    phase: address('phase', 'The phase whose publishes count.'),
    max: percentage('Largest share of publishes that may fail.'),
    tolerance,
  },
  'The share of publishes that fail.',
);

export type Threshold =
  Static<typeof recoveryTime> | Static<typeof publishLatency> | Static<typeof publishErrors>;

export const experimentSchema = strictObject(
  {
    name: fileNameField('Its name, also in the name of the report.'),
    title: titleField('The one claim that it makes.'),
    environment: Type.String({
      minLength: 1,
      description:
        'The environment: the name of a file in environments/, or a path ending in .yaml, relative to this file.',
    }),
    tags: defaulted(
      Type.Array(Type.String({ minLength: 1, description: 'A word to choose experiments by.' }), {
        uniqueItems: true,
        description: 'Words to choose experiments by.',
      }),
      [],
    ),
    secrets: secretsField,
    expect: expectField,
    workloads: defaulted(
      namedRecord<Item>(
        kindChoice<Item>(
          'workload',
          workloads.map((workload) => workload.schema),
          'Something that uses NATS as an application would.',
        ),
        'What uses NATS all through the run, by name. Started before the steady state is tested.',
      ),
      {},
    ),
    steadyState: expectations('What is normal: must hold before the method begins, and again at its end.'),
    probes: defaulted(
      Type.Array(observation, { description: 'Read all through the run and reported, without a condition.' }),
      [],
    ),
    stopWhen: defaulted(
      Type.Array(stopCondition, {
        description:
          'Safety limits: the method ends at once, and the run fails, when one of these is read during it. Faults are then undone, and the checks made.',
      }),
      [],
    ),
    maxNodesDown: Type.Optional(
      count(
        'How many nodes of any one cluster may be down at once: stopped, killed, paused or isolated by faults, or restarted by an action. Left out: a minority of each.',
      ),
    ),
    method: Type.Array(phase, { minItems: 1, description: 'The phases, one after the other.' }),
    checks: defaulted(
      Type.Array(
        kindChoice<Item>(
          'check',
          checkers.map((checker) => checker.schema),
          'A check of the whole history.',
        ),
        { description: 'Judged over the whole history, once every workload has drained.' },
      ),
      [],
    ),
    thresholds: defaulted(
      Type.Array(
        Type.Unsafe<Threshold>({
          type: 'object',
          required: ['metric'],
          discriminator: { propertyName: 'metric' },
          oneOf: [recoveryTime, publishLatency, publishErrors],
          'x-definition': 'threshold',
          description: 'A limit on a figure of the run.',
        }),
        { description: 'Limits on the figures of the run.' },
      ),
      [],
    ),
    sampleEvery: defaulted(
      { ...duration('How often probes are read; at least 50ms.'), 'x-minimum': '50ms' } as ReturnType<
        typeof duration
      >,
      '250ms',
    ),
    drain: defaulted(
      strictObject(
        {
          within: defaulted(duration('How long the workloads may take to finish what is under way.'), '30s'),
        },
        'The end of the run, when workloads finish what is under way.',
      ),
      {},
    ),
  },
  'An experiment: one claim about a NATS system, and the way to test it.',
);

export type Experiment = Static<typeof experimentSchema>;

function propertiesOf(schema: TSchema): Record<string, TSchema> {
  return (schema as { properties?: Record<string, TSchema> }).properties ?? {};
}
