import { Type } from '../../support/schema.ts';
import { count, list, mapOf, milliseconds, oneOf, optional, strict, text, texts, time } from './fields.ts';

const example = strict(
  {
    stream: optional(text('`cluster/stream` it is about.')),
    consumer: optional(text('`cluster/stream/consumer` it is about.')),
    seq: optional(Type.Number({ description: 'Stream sequence.' })),
    id: optional(text('Message id: `<run>/<workload>/<n>`.')),
    t: optional(time('When it happened.')),
    text: text('What is wrong with it.'),
    circumstances: optional(
      strict(
        {
          publishedAt: optional(time('When its message was first sent.')),
          acknowledgedAt: optional(time('When its publish was acknowledged, or ended in another way.')),
          publish: optional(oneOf(['refused', 'unanswered'], 'How its publish ended; left out for an acknowledgement.')),
          deliveredAt: optional(time('When it was first delivered.')),
          confirmedAt: optional(time('When its acknowledgement by a consumer was first confirmed.')),
          lastSeenAt: optional(time('When it was delivered last; left out where that was its only delivery.')),
          phase: optional(text('The phase in which it was published, or in which it happened.')),
          faults: optional(texts('Faults that were in force then, in words.')),
        },
        'What is known of its message, and what the run was doing then; left out by older programs.',
      ),
    ),
  },
  'One message, or gap, that a finding points at.',
);

const budget = strict(
  {
    objective: text('The objective, in words.'),
    what: text('What is counted as bad: `not accepted`, `slower`.'),
    allowed: Type.Number({ description: 'The share that may be bad.' }),
    operations: count('All operations of the run.'),
    bad: count('Those that were bad.'),
    burnt: Type.Number({ description: 'How much of the budget of the whole run was used up: 1 is all of it.' }),
    worst: strict(
      {
        from: time('When it begins.'),
        to: time('When it ends.'),
        operations: count('Its operations.'),
        bad: count('Those that were bad.'),
        burnt: Type.Number({ description: 'How much of its budget was used up: 1 is all of it.' }),
      },
      'The time in which it was used up fastest.',
    ),
    by: list(
      strict(
        {
          cause: text('A fault that was in force, or had just been removed, in words; or that there was none.'),
          bad: count('What was bad then.'),
          burnt: Type.Number({ description: 'How much of the budget of the whole run that is.' }),
        },
        'What used a part of it up.',
      ),
      'What was in force at the time of what was bad, the most first.',
    ),
    left: list(
      Type.Number({ description: 'The part of the budget that is left; below 0 where more was used up.' }),
      'For each second, from the beginning of the run on.',
    ),
  },
  'An objective, how much of what it allows was used up, and by what.',
);

const finding = strict(
  {
    check: text('Kind of the check.'),
    subject: text('What it checked, in words.'),
    verdict: oneOf(['pass', 'fail', 'inconclusive'], 'What it concluded.'),
    statement: text('One sentence with the figures.'),
    counts: mapOf(Type.Number(), 'Its figures by name.'),
    examples: list(example, 'At most 20, the lowest sequences first.'),
    overTime: optional(
      strict(
        {
          what: text('What is counted: `lost`.'),
          everyMs: milliseconds('The length of a step.'),
          counts: list(count('How many of its messages were published in this step.'), 'One for each step, from the beginning of the run on.'),
        },
        'How many cases there were, by the time at which their messages were published; left out where there are none.',
      ),
    ),
    budgets: optional(list(budget, 'Error budgets of objectives; left out where there are none.')),
  },
  'What one check found in the history.',
);

const threshold = strict(
  {
    metric: text('`recovery-time`, `publish-latency p99`, `latency p99`, `publish-errors`, `errors`, `unavailability`.'),
    subject: text('What was measured, in words.'),
    workload: optional(text('The workload it is about.')),
    phase: optional(text('The phase it is about; left out: the whole run.')),
    unit: oneOf(['ms', 'ratio'], 'Unit of `limit` and `measured`.'),
    limit: Type.Number({ description: 'The most that is allowed.' }),
    tolerance: optional(
      Type.Number({ minimum: 0, description: 'How much worse than a baseline it may become: 0.25 is a quarter.' }),
    ),
    measured: Type.Union([Type.Number(), Type.Null()], {
      description: 'What was measured; null when there was nothing to measure, or no bound.',
    }),
    outcome: oneOf(
      ['met', 'exceeded', 'unmeasured', 'never-lost'],
      'The outcome. never-lost: the steady state was never seen lost, and the experiment does not accept that.',
    ),
    statement: text('One sentence with the figures.'),
  },
  'A limit, and what was measured against it.',
);

export const expectation = strict(
  {
    probe: text('Id of the probe.'),
    condition: text('The condition in words.'),
    outcome: oneOf(['met', 'violated', 'unread'], 'The outcome.'),
    statement: text('One sentence with the value and time that decided it.'),
    readings: count('Readings that it rests on.'),
    t: optional(time('When it was decided, if at one moment.')),
  },
  'A condition on a probe, and its outcome.',
);

const reason = strict(
  {
    verdict: oneOf(['fail', 'inconclusive', 'error', 'unclean', 'interrupted'], 'The verdict it makes.'),
    text: text('One sentence.'),
    source: text('Where it comes from: `fault partition#1`, `check no-loss`, `run` …'),
  },
  'One thing that keeps the run from passing.',
);

/** What was claimed, and the outcome. */
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
          'The verdict that the experiment expects on this version of nats-server. `fail` turns a failure into a pass, and a pass into a failure; `either` makes both a pass; `none`: nothing is expected of this version.',
        ),
        versions: optional(text('The versions it is expected of, as the experiment has them; left out: all.')),
        seen: oneOf(
          ['pass', 'fail', 'inconclusive', 'error', 'unclean', 'interrupted'],
          'The verdict as it would be if a pass were expected.',
        ),
      },
      'What was expected, and what was observed.',
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
      {
        phase: text('The phase that waited.'),
        ms: milliseconds('How long it took.'),
        from: optional(text('What it counts from, as in `recovery` of the phase.')),
      },
      'One recovery.',
    ),
    'How long the system took to be steady again; empty for a phase before which it was never seen lost.',
  ),
};
