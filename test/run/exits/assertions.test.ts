import { expect, it } from 'vitest';
import type { ServerAssertion } from '../../../src/drivers/server-assertion.ts';
import { faults as registry } from '../../../src/faults/index.ts';
import type { FaultRecord } from '../../../src/history/record.ts';
import { AssertionWatch } from '../../../src/run/exits/assertion-watch.ts';
import { EXPLANATIONS, explainedBy } from '../../../src/run/exits/explain-assertion.ts';
import { assertionFindings } from '../../../src/verdict/server-assertion.ts';

function fault(kind: string, change: Partial<FaultRecord> = {}): FaultRecord {
  return {
    id: `${kind}#1`,
    kind,
    phase: 'storm',
    title: `${kind} of z/n1`,
    targets: ['z/n1'],
    roles: {},
    options: {},
    injectedAt: 1_000,
    removedAt: 5_000,
    undo: [],
    ...change,
  };
}

function assertion(message: string, change: Partial<ServerAssertion> = {}): ServerAssertion {
  return {
    node: 'z/n1',
    file: 'z.n1.assertions-1.jsonl',
    message,
    kind: 'Unreachable',
    violated: true,
    where: 'raft.go:4947 setWriteErrLocked',
    details: { err: 'no space left on device' },
    ...change,
  };
}

it('names only faults that there are', () => {
  const kinds = registry.map(({ kind }) => kind);
  for (const name of EXPLANATIONS.flatMap(({ faults }) => faults)) expect(kinds).toContain(name);
});

it.each([
  ['a write error on the node whose disk is full', 'Raft encountered write error', 'fill-disk', 3_000, true],
  ['but not long after', 'Raft encountered write error', 'fill-disk', 20_000, false],
  ['nor under another fault', 'Raft encountered write error', 'kill', 3_000, false],
  [
    'lost commits after damage, whenever they are missed',
    'WAL truncate lost commits',
    'bit-flip',
    20_000,
    true,
  ],
  ['but not before it', 'WAL truncate lost commits', 'bit-flip', 500, false],
  ['and not what nothing explains', 'Raft response term mismatch', 'power-failure', 3_000, false],
])('%s: %s under %s at %i ms', (_, message, kind, t, isExplained) => {
  expect(explainedBy({ message, node: 'z/n1' }, t, [fault(kind)]) !== null).toBe(isExplained);
});

it('explains a write error only of the node that the fault is on, and lost commits on any', () => {
  const on = (message: string, kind: string) => explainedBy({ message, node: 'z/n2' }, 3_000, [fault(kind)]);
  expect(on('Raft encountered write error', 'fill-disk')).toBeNull();
  expect(on('WAL truncate lost commits', 'power-failure')).toBe(
    'power-failure#1 (power-failure of z/n1) explains it',
  );
});

it('names, of several faults that explain it, one on the node itself, and of these the latest', () => {
  const faults = [
    fault('delete-files', { id: 'delete-files#1', targets: ['z/n2'], injectedAt: 1_000, removedAt: 2_000 }),
    fault('truncate', { id: 'truncate#1', injectedAt: 2_000, removedAt: 2_500 }),
    fault('truncate', { id: 'truncate#2', injectedAt: 2_600, removedAt: 2_700 }),
    fault('bit-flip', { id: 'bit-flip#1', targets: ['z/n3'], injectedAt: 2_800, removedAt: 2_900 }),
  ];
  const by = (node: string) => explainedBy({ message: 'WAL truncate lost commits', node }, 3_000, faults);
  expect(by('z/n1')).toMatch(/^truncate#2 /);
  expect(by('z/n2')).toMatch(/^delete-files#1 /);
  expect(by('z/n4')).toMatch(/^bit-flip#1 /);
});

/** What a watch records of these, at 3 s. */
function recorded(faults: FaultRecord[], ...all: ServerAssertion[]) {
  const lines: string[] = [];
  const watch = new AssertionWatch({
    driver: { assertions: () => all },
    timeline: { now: () => 3_000, log: (_, text) => void lines.push(text) },
    faults,
  });
  watch.observe();
  watch.observe();
  return { assertions: watch.assertions, lines };
}

it('records each once for each process, and says what was violated', () => {
  const { assertions, lines } = recorded(
    [fault('fill-disk')],
    assertion('Raft encountered write error'),
    assertion('Raft encountered write error', { file: 'z.n1.assertions-2.jsonl' }),
    assertion('Raft response term mismatch', { violated: false }),
  );
  expect(assertions).toHaveLength(3);
  expect(assertions[0]).toMatchObject({
    faults: ['fill-disk#1'],
    accepted: 'fill-disk#1 (fill-disk of z/n1) explains it',
  });
  expect(lines).toHaveLength(2);
});

it('makes a finding of each that was violated: a failure, unless a fault explains it', () => {
  const faults = [fault('fill-disk')];
  const { assertions } = recorded(
    faults,
    assertion('Raft encountered write error'),
    assertion('Reset clustered state', { node: 'z/n3', details: { stream: 's' } }),
    assertion('Raft response term mismatch', { violated: false }),
  );
  const findings = assertionFindings({ assertions, faults });
  expect(findings.map(({ subject, verdict }) => [subject, verdict])).toEqual([
    ['Raft encountered write error', 'pass'],
    ['Reset clustered state', 'fail'],
  ]);
  expect(findings[1]!.statement).toBe(
    'z/n3 reached what its authors call unreachable (raft.go:4947 setWriteErrLocked), by 3 s, while fill-disk#1 (fill-disk of z/n1) was in force: {"stream":"s"}',
  );
  expect(assertionFindings({ faults })).toEqual([]);
});

it('names every other server that violated the same one', () => {
  const { assertions } = recorded(
    [],
    assertion('Reset clustered state', {
      node: 'z/n3',
      file: 'z.n3.assertions-1.jsonl',
      details: { stream: 's' },
    }),
    assertion('Reset clustered state', { node: 'z/n1', file: 'z.n1.assertions-1.jsonl' }),
    assertion('Reset clustered state', { node: 'z/n1', file: 'z.n1.assertions-2.jsonl' }),
    assertion('Reset clustered state', { node: 'z/n3', file: 'z.n3.assertions-2.jsonl' }),
  );
  const [finding] = assertionFindings({ assertions, faults: [] });
  expect(finding?.statement).toMatch(/\{"stream":"s"\}; 4 times in all, also z\/n1$/);
  expect(finding?.counts).toEqual({ violations: 4, accepted: 0 });
});
