import { Type } from '../../support/schema.ts';
import { count, list, mapOf, milliseconds, optional, strict, text, time } from './fields.ts';

const sample = strict(
  {
    t: time('When.'),
    value: optional(Type.Number({ description: 'The number read.' })),
    state: optional(text('The word read.')),
    values: optional(
      mapOf(
        Type.Number({ description: 'The number read under this name.' }),
        'Where it reads several numbers at once: each by its name. `value` is then the lowest of them.',
      ),
    ),
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

const unavailability = strict(
  {
    longestMs: Type.Union([Type.Number(), Type.Null()], {
      description: 'The longest window, however short, in milliseconds; null where too little was due to measure it.',
    }),
    totalMs: milliseconds('All windows of 100 ms or more together.'),
    windows: list(
      strict(
        { from: time('When the first operation was due that did not succeed.'), to: time('The next success, or the end of what was due.') },
        'One window.',
      ),
      'Windows of 100 ms or more, in the order of time; the longest 50.',
    ),
  },
  'How long operations were due and none succeeded. A workload that was paused, or had finished its count, or had nothing to receive, had nothing due.',
);

const latency = strict(
  {
    phase: optional(text('Of the operations that were sent in this phase; left out: of the whole run.')),
    unanswered: count('Operations that got no answer in time: in no histogram, and slower than all that are.'),
    refused: count('Operations that were refused: in no histogram.'),
    fromIntended: text(
      'From the moment at which the load was to send it to the answer: an HDR histogram of microseconds, two significant digits, V2 compressed, base64.',
    ),
    fromSend: optional(text('The same from the send; left out where it is the same.')),
  },
  'Latencies of operations that succeeded.',
);

const heatMap = strict(
  {
    from: time('Start of the first column.'),
    everyMs: milliseconds('From one column to the next.'),
    columns: list(
      Type.Array(Type.Integer({ minimum: 0 })),
      'One for each step of time: row and count in turn. Row r holds latencies from 2^(r/2) microseconds up to the edge of the next; row 0 also those below.',
    ),
  },
  'How many operations had which latency, over time.',
);

const offered = strict(
  {
    planned: count('Messages that were due while it ran.'),
    sent: count('Messages that were sent.'),
    late: count('Messages sent more than 20 ms after they were due, whoever held them up.'),
    skipped: count('Messages that were never sent: left out after a gap, or still waiting at the end.'),
    byGenerator: list(
      strict(
        {
          t: time('Start of the second.'),
          late: count('Sent late.'),
          skipped: count('Never sent.'),
        },
        'One second.',
      ),
      'What the generator itself, not the servers, sent late or not at all; only seconds with any.',
    ),
  },
  'How far the load was offered as planned. Left out for consumers and for `rate: max`.',
);

/** What was measured during the whole run. */
export const seriesFields = {
  probes: list(
    strict(
      {
        id: text('Unique within the run.'),
        kind: text('Kind of the probe.'),
        target: text('What it reads: an address.'),
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
        firstError: optional(text('The first error.')),
        seconds: list(second, 'Second by second.'),
        latency: optional(list(latency, 'The whole run, then each phase.')),
        heatMap: optional(heatMap),
        offered: optional(offered),
        unavailability: optional(unavailability),
      },
      'One workload.',
    ),
    'Every workload.',
  ),
};
