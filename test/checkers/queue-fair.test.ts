import { expect, test } from 'vitest';
import { runChecks } from '../../src/checkers/run-checks.ts';
import type { History } from '../../src/history/history.ts';
import { Timeline } from './history.ts';

/** Eight messages, each delivered to the member that is told. */
function historyOf(memberOf: (seq: number) => number): History {
  const { history } = new Timeline(Array.from({ length: 8 }, () => 'p1' as const));
  history.workloads.c = { ...history.workloads.c!, members: 3 };
  for (const { member, seq, length } of history.deliveries('c'))
    for (let row = 0; row < length; row += 1) (member as Uint8Array)[row] = memberOf(seq[row]!);
  return history;
}

const CHECKS = [{ kind: 'queue-fair', options: { received: ['c'], tolerance: 0.5 } }];

test('each member of a workload gets a share', () => {
  const [finding] = runChecks(
    historyOf((seq) => seq % 3),
    CHECKS,
  );
  expect(finding).toMatchObject({
    verdict: 'pass',
    statement: '8 deliveries of a/qa/worker: c member 1 2, c member 2 3, c member 3 3',
  });
});

test('a member that gets less than its share is named, one that gets nothing too', () => {
  const [finding] = runChecks(
    historyOf((seq) => (seq === 1 ? 1 : 0)),
    CHECKS,
  );
  expect(finding).toMatchObject({ verdict: 'fail', counts: { unfair: 2, 'c member 2': 1, 'c member 3': 0 } });
  expect(finding?.statement).toMatch(/^2 members without a fair share: c member 2 got 1 of 8 deliveries/);
});
