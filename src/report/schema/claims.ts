import { Type } from '../../support/schema.ts';
import { count, list, mapOf, milliseconds, oneOf, optional, strict, text, time } from './fields.ts';

const example = strict(
  {
    stream: optional(text('`cluster/stream` it is about.')),
    consumer: optional(text('`cluster/stream/consumer` it is about.')),
    seq: optional(Type.Number({ description: 'Stream sequence.' })),
    id: optional(text('Message id: `<run>/<workload>/<n>`.')),
    text: text('What is the matter with it.'),
  },
  'One message, or gap, that a finding points at.',
);

const finding = strict(
  {
    check: text('Kind of the check.'),
    subject: text('What it looked at, in words.'),
    verdict: oneOf(['pass', 'fail', 'inconclusive'], 'What it concluded.'),
    statement: text('One sentence with the figures.'),
    counts: mapOf(Type.Number(), 'Its figures by name.'),
    examples: list(example, 'At most 20, the lowest sequences first.'),
  },
  'What one check found in the history.',
);

const threshold = strict(
  {
    metric: text('`recovery-time`, `publish-latency p99`, `publish-errors`.'),
    subject: text('What was measured, in words.'),
    workload: optional(text('The workload it is about.')),
    phase: text('The phase it is about.'),
    unit: oneOf(['ms', 'ratio'], 'Unit of `limit` and `measured`.'),
    limit: Type.Number({ description: 'The most that is allowed.' }),
    tolerance: optional(
      Type.Number({ minimum: 0, description: 'How much worse than a baseline it may become: 0.25 is a quarter.' }),
    ),
    measured: Type.Union([Type.Number(), Type.Null()], {
      description: 'What was measured; null when there was nothing to measure, or no bound.',
    }),
    outcome: oneOf(['met', 'exceeded', 'unmeasured'], 'What came of it.'),
    statement: text('One sentence with the figures.'),
  },
  'A limit, and what was measured against it.',
);

export const expectation = strict(
  {
    probe: text('Id of the probe.'),
    condition: text('The condition in words.'),
    outcome: oneOf(['met', 'violated', 'unread'], 'What came of it.'),
    statement: text('One sentence with the value and time that decided it.'),
    readings: count('Readings that it rests on.'),
    t: optional(time('When it was decided, if at one moment.')),
  },
  'A condition on a probe, and what came of it.',
);

const reason = strict(
  {
    verdict: oneOf(['fail', 'inconclusive', 'error', 'unclean', 'interrupted'], 'The verdict it makes.'),
    text: text('One sentence.'),
    source: text('Where it comes from: `fault partition#1`, `check no-loss`, `run` …'),
  },
  'One thing that keeps the run from passing.',
);

/** What was claimed, and what came of it. */
export const claimFields = {
  verdict: oneOf(
    ['pass', 'fail', 'inconclusive', 'error', 'unclean', 'interrupted'],
    'pass: the claim held. fail: the system deviated. inconclusive: no honest verdict. error: the run could not be carried out. unclean: something injected could not be undone. interrupted: ended by a signal, after everything was undone.',
  ),
  exitCode: count('The exit code of the program.'),
  expected: optional(
    strict(
      {
        verdict: oneOf(
          ['pass', 'fail', 'either', 'none'],
          'The verdict that the experiment is there to reach on this version of nats-server. `fail` turns a failure into a pass, and a pass into a failure; `either` makes both a pass; `none`: nothing is expected of this version.',
        ),
        versions: optional(text('The versions it is expected of, as the experiment has them; left out: all.')),
        seen: oneOf(
          ['pass', 'fail', 'inconclusive', 'error', 'unclean', 'interrupted'],
          'The verdict as it would be if a pass were expected.',
        ),
      },
      'What was expected, and what was seen.',
    ),
  ),
  headline: text('The verdict in one sentence.'),
  reasons: list(reason, 'What keeps the run from passing, the most important first; empty for a pass, unless a failure was expected.'),
  steadyState: strict(
    {
      before: list(expectation, 'Before the method.'),
      after: list(expectation, 'After the method.'),
    },
    'The steady state, tested twice.',
  ),
  findings: list(finding, 'What the checks found.'),
  thresholds: list(threshold, 'What was measured against the limits.'),
  recovery: list(
    strict(
      { phase: text('The phase that waited.'), ms: milliseconds('From the last proven removal to steady.') },
      'One recovery.',
    ),
    'How long the system took to be steady again.',
  ),
};
