import { address, duration, durationFrom, percentage, strictObject, Type, type Static } from '../../../support/schema.ts';
import { EXPECTED } from '../common.ts';

const tolerance = Type.Optional(
  percentage(
    'How much worse than the baseline the figure may become before `chaos compare --fail-on regression` calls it a regression.',
  ),
);

const latencyFields = (one: string, many: string) => ({
  p50: Type.Optional(durationFrom('0.001ms', `Most that half of the ${many} may take.`)),
  p90: Type.Optional(durationFrom('0.001ms', `Most that 90% of the ${many} may take.`)),
  p95: Type.Optional(durationFrom('0.001ms', `Most that 95% of the ${many} may take.`)),
  p99: Type.Optional(durationFrom('0.001ms', `Most that 99% of the ${many} may take.`)),
  p999: Type.Optional(durationFrom('0.001ms', `Most that 99.9% of the ${many} may take.`)),
  max: Type.Optional(durationFrom('0.001ms', `Most that any ${one} may take.`)),
});

/** At least one of the limits. */
const ANY_LIMIT = {
  anyOf: ['p50', 'p90', 'p95', 'p99', 'p999', 'max'].map((name) => ({ required: [name] })),
  [EXPECTED]: 'at least one limit: p50, p90, p95, p99, p999, max',
};

const recoveryTime = strictObject(
  {
    metric: Type.Literal('recovery-time'),
    phase: address('phase', 'The phase that waits for the steady state.'),
    max: duration('Most that recovery may take.'),
    allowNeverLost: Type.Optional(
      Type.Boolean({
        description:
          'true: it is met as well where no reading has shown the steady state lost, so that there was nothing to recover from. Left out: such a run is inconclusive.',
      }),
    ),
    tolerance,
  },
  'How long the system takes from the last fault removed until the steady state holds again; from its injection where a fault is still in force, or was when the steady state came back (a failover).',
);

const publishLatency = Type.Object(
  {
    metric: Type.Literal('publish-latency'),
    workload: address('workload', 'The workload that publishes.'),
    phase: address('phase', 'The phase whose publishes count.'),
    ...latencyFields('publish', 'publishes'),
    tolerance,
  },
  {
    additionalProperties: false,
    ...ANY_LIMIT,
    description: 'How long publishes take to be acknowledged.',
  },
);

const operationsField = address('workload', 'A kv, object, assets, request or http workload.');

const latency = Type.Object(
  {
    metric: Type.Literal('latency'),
    workload: operationsField,
    phase: address('phase', 'The phase whose operations count.'),
    ...latencyFields('operation', 'operations'),
    tolerance,
  },
  {
    additionalProperties: false,
    ...ANY_LIMIT,
    description: 'How long operations take to be answered.',
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

const errors = strictObject(
  {
    metric: Type.Literal('errors'),
    workload: operationsField,
    phase: address('phase', 'The phase whose operations count.'),
    max: percentage('Largest share of operations that may fail or get no answer.'),
    tolerance,
  },
  'The share of operations that fail or get no answer; that a condition did not hold is an answer.',
);

const unavailability = strictObject(
  {
    metric: Type.Literal('unavailability'),
    workload: address('workload', 'The workload that publishes, consumes, or carries out operations.'),
    phase: Type.Optional(
      address(
        'phase',
        'The phase whose outages count, from its first fault or action on; one that goes on beyond its end counts whole. Left out: the whole run.',
      ),
    ),
    max: duration('Most that operations may be due without one that succeeds.'),
    tolerance,
  },
  'The longest time in which operations were due and none succeeded: not while the workload was paused, had done its count, or had nothing to receive.',
);

export type Threshold =
  | Static<typeof recoveryTime>
  | Static<typeof publishLatency>
  | Static<typeof publishErrors>
  | Static<typeof latency>
  | Static<typeof errors>
  | Static<typeof unavailability>;

export const threshold = Type.Unsafe<Threshold>({
  type: 'object',
  required: ['metric'],
  discriminator: { propertyName: 'metric' },
  oneOf: [recoveryTime, publishLatency, publishErrors, latency, errors, unavailability],
  'x-definition': 'threshold',
  description: 'A limit on a figure of the run.',
});
