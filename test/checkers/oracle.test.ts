import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Finding } from '../../src/checkers/checker.ts';
import { runChecks } from '../../src/checkers/run-checks.ts';
import type { HistoryEvent } from '../../src/history/events.ts';
import { historyOf } from '../../src/history/in-memory.ts';
import { columnsOf } from './columns.ts';
import { MIRROR, STREAM } from './history.ts';
import type { Checker as OldChecker } from './oracle/checker.ts';
import { identical } from './oracle/identical.ts';
import { noDuplicates } from './oracle/no-duplicates.ts';
import { noLoss } from './oracle/no-loss.ts';
import { ordered } from './oracle/ordered.ts';
import { historyOf as oldHistoryOf } from './oracle/reader.ts';
import { FACTS, spoiledEvents, spoiledRuns } from './spoiled-runs.ts';

const CHECKS = [
  ['no-loss', { published: 'p1', received: ['c', 'm'] }],
  ['no-loss', { published: 'p2', received: ['m', 'c2', 'c'] }],
  ['no-loss', { published: 'p1', received: [] }],
  ['no-duplicates', { received: ['c', 'm'] }],
  ['no-duplicates', { received: ['c2'], streams: [MIRROR] }],
  ['no-duplicates', { received: [], streams: [MIRROR] }],
  ['ordered', { received: ['c', 'm'] }],
  ['ordered', { received: ['c2', 'c'] }],
  ['identical', { streams: [STREAM, MIRROR] }],
] as const;

test(
  'the checks find what they found when they kept every message, with the same examples',
  { timeout: 60_000 },
  () => {
    fc.assert(
      fc.property(spoiledRuns, ({ size, late, ...run }) => {
        const events = spoiledEvents(run);
        const expected = oldFindings(events);
        expect(newFindings(historyOf(events, FACTS))).toEqual(expected);
        expect(newFindings(columnsOf(events, FACTS, { size, late }))).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  },
);

function newFindings(history: Parameters<typeof runChecks>[0]): Finding[] {
  return runChecks(
    history,
    CHECKS.map(([kind, options]) => ({ kind, options: { kind, ...options } })),
  );
}

function oldFindings(events: readonly HistoryEvent[]): Finding[] {
  const history = oldHistoryOf(events, FACTS);
  const checkers = [noLoss, noDuplicates, ordered, identical] as unknown as OldChecker[];
  return CHECKS.map(([kind, options]) => {
    const checker = checkers.find((one) => one.kind === kind)!;
    return checker.check(history, { kind, ...options });
  });
}
