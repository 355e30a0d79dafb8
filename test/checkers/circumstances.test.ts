import { expect, test } from 'vitest';
import { withCircumstances } from '../../src/checkers/circumstances.ts';
import { runChecks } from '../../src/checkers/run-checks.ts';
import { Timeline } from './history.ts';

const PHASES = [
  { name: 'before', startedAt: 0, endedAt: 15 },
  { name: 'cut', startedAt: 15, endedAt: 40 },
];
const FAULTS = [
  { id: 'partition#1', title: 'partition a | b', injectedAt: 18, removedAt: 32 },
  { id: 'kill#1', title: 'kill a1', injectedAt: 35, removedAt: 39 },
  { id: 'kill#2', title: 'kill a2' },
];
const TIMES = { phases: PHASES, faults: FAULTS };

/** Messages are published at 0, 10, 20 … ms. */
function lossOf(...sequences: number[]) {
  const timeline = new Timeline(['p1', 'p1', 'p1', 'p1']);
  timeline.drop('stored', ({ stream, seq }) => stream === 'a/qa' && sequences.includes(seq));
  return timeline;
}

test('a case says when its message was published, acknowledged, delivered and last seen, and under which fault', () => {
  const timeline = lossOf(3);
  timeline.deliveries.push({ ...timeline.deliveries[4]!, t: 60, deliveries: 2 });
  const { history } = timeline;
  const checks = [
    { kind: 'no-loss', options: { published: 'p1', received: [] } },
    // It names no message, only a sequence.
    { kind: 'gapless', options: { received: [] } },
  ];
  const findings = withCircumstances(history, runChecks(history, checks), TIMES);
  const known = {
    publishedAt: 20,
    acknowledgedAt: 21,
    deliveredAt: 22,
    confirmedAt: 23,
    lastSeenAt: 60,
    phase: 'cut',
    faults: ['partition a | b'],
  };
  expect(findings.map(({ examples }) => examples.map(({ circumstances }) => circumstances))).toEqual([
    [known],
    [known],
  ]);
});

test('what is not known is left out: no fault was in force, and nothing was delivered', () => {
  const timeline = lossOf(1);
  timeline.drop('deliveries', () => true);
  timeline.drop('acks', () => true);
  const { history } = timeline;
  const found = runChecks(history, [{ kind: 'no-loss', options: { published: 'p1', received: [] } }]);
  const [finding] = withCircumstances(history, found, TIMES);
  expect(finding?.examples[0]?.circumstances).toEqual({ publishedAt: 0, acknowledgedAt: 1, phase: 'before' });
});

test('a refused publish, and one without an answer, are no acknowledgements', () => {
  const timeline = lossOf();
  for (const [at, outcome] of (['failed', 'unknown'] as const).entries()) {
    const event = timeline.publishes[at]!;
    event.outcome = outcome;
    delete event.seq;
  }
  const id = (n: number): string => `testrun1/p1/${n}`;
  const finding = {
    check: 'x',
    subject: 'x',
    verdict: 'fail' as const,
    statement: 'x',
    counts: {},
    examples: [1, 2, 3].map((n) => ({ id: id(n), text: 'x' })),
  };
  const [found] = withCircumstances(timeline.history, [finding], TIMES);
  expect(found?.examples.map(({ circumstances }) => circumstances?.publish)).toEqual([
    'refused',
    'unanswered',
    undefined,
  ]);
});

test('a moment that names no message has its phase and faults too; an example of nothing known stays as it is', () => {
  const finding = {
    check: 'x',
    subject: 'x',
    verdict: 'fail' as const,
    statement: 'x',
    counts: {},
    examples: [{ t: 36, text: 'x' }, { text: 'y' }],
  };
  const [found] = withCircumstances(new Timeline([]).history, [finding], TIMES);
  expect(found?.examples).toEqual([
    { t: 36, text: 'x', circumstances: { phase: 'cut', faults: ['kill a1'] } },
    { text: 'y' },
  ]);
});
