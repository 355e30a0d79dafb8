import { Type } from '../../support/schema.ts';
import { count, list, milliseconds, optional, strict, text, time } from './fields.ts';

const sample = strict(
  {
    t: time('When.'),
    value: optional(Type.Number({ description: 'The number read.' })),
    state: optional(text('The word read.')),
    error: optional(text('Why there is no reading.')),
  },
  'One reading; neither a number nor a word when it failed.',
);

const second = strict(
  {
    t: time('Start of the second.'),
    ok: count('Operations that succeeded.'),
    failed: count('Operations that were refused.'),
    unknown: count('Operations that got no answer in time.'),
    p50Ms: optional(milliseconds('Median latency.')),
    p99Ms: optional(milliseconds('99th percentile of the latency.')),
  },
  'What one workload did in one second.',
);

/** What was measured all along. */
export const seriesFields = {
  probes: list(
    strict(
      {
        id: text('Unique within the run.'),
        kind: text('Kind of the probe.'),
        target: text('What it looks at: an address.'),
        unit: text('Unit of its number.'),
        samples: list(sample, 'Every reading.'),
      },
      'All readings of one probe.',
    ),
    'Every probe.',
  ),
  workloads: list(
    strict(
      {
        name: text('Name of the workload.'),
        kind: text('`publish` or `consume`.'),
        target: text('`cluster/stream` or `cluster/stream/consumer`.'),
        ok: count('Operations that succeeded.'),
        failed: count('Operations that were refused.'),
        unknown: count('Operations that got no answer in time.'),
        redelivered: count('Deliveries after the first of a sequence.'),
        firstError: optional(text('The first error met.')),
        seconds: list(second, 'Second by second.'),
      },
      'One workload.',
    ),
    'Every workload.',
  ),
};
