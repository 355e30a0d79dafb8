import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runChecks } from '../../src/checkers/run-checks.ts';
import { historyOf } from '../../src/history/in-memory.ts';
import { columnsOf } from './columns.ts';
import { CONSUMER, MIRROR, STREAM } from './history.ts';
import * as claims from './oracle/claims.ts';
import { historyOf as plainHistoryOf, type History } from './oracle/reader.ts';
import { FACTS, spoiledEvents, spoiledRuns } from './spoiled-runs.ts';

interface Case {
  kind: string;
  options: Record<string, unknown>;
  claim: (history: History) => claims.Claim;
  /** Its examples need not be the cases: more may be meant than are wrong. */
  vague?: true;
}

const CASES: Case[] = [
  {
    kind: 'no-phantoms',
    options: { received: ['c', 'm'], foreign: true },
    claim: (history) => claims.noPhantoms(history, ['c', 'm'], [], true),
  },
  {
    kind: 'no-phantoms',
    options: { received: ['c2'], streams: [MIRROR], foreign: false },
    claim: (history) => claims.noPhantoms(history, ['c2'], [MIRROR], false),
  },
  {
    kind: 'no-phantoms',
    options: { received: [], foreign: true },
    claim: (history) => claims.noPhantoms(history, [], [], true),
  },
  { kind: 'intact', options: {}, claim: (history) => claims.intact(history, []) },
  { kind: 'intact', options: { streams: [MIRROR] }, claim: (history) => claims.intact(history, [MIRROR]) },
  {
    kind: 'gapless',
    options: { received: ['c', 'm'] },
    claim: (history) => claims.gapless(history, [STREAM], ['c', 'm']),
  },
  {
    kind: 'gapless',
    options: { streams: [MIRROR, STREAM], received: [] },
    claim: (history) => claims.gapless(history, [MIRROR, STREAM], []),
  },
  {
    kind: 'starved',
    options: { received: ['c', 'm'] },
    claim: (history) => claims.starved(history, ['c', 'm']),
    vague: true,
  },
  {
    kind: 'redelivery-bounded',
    options: { received: ['c', 'm'], max: 1 },
    claim: (history) => claims.redeliveryBounded(history, ['c', 'm'], 1),
  },
  {
    kind: 'redelivery-bounded',
    options: { received: ['c2'], max: 2 },
    claim: (history) => claims.redeliveryBounded(history, ['c2'], 2),
  },
  {
    kind: 'queue-fair',
    options: { received: ['c', 'c2'], tolerance: 0.5 },
    claim: (history) => claims.queueFair(history, ['c', 'c2'], 0.5),
    vague: true,
  },
  {
    kind: 'ordered',
    options: { received: ['c', 'm'], by: ['subject'] },
    claim: (history) => claims.orderedBySubject(history, ['c', 'm']),
  },
];

test('each check finds what the plainest reading of its claim finds', { timeout: 60_000 }, () => {
  const seen = new Map(CASES.map(({ kind }) => [kind, new Set<string>()]));
  const agrees = fc.property(spoiledRuns, ({ size, late, ...run }) => {
    const events = spoiledEvents(run);
    const plain = plainHistoryOf(events, FACTS);
    const checks = CASES.map(({ kind, options }) => ({ kind, options: { kind, ...options } }));
    const inMemory = runChecks(historyOf(events, FACTS), checks);
    expect(runChecks(columnsOf(events, FACTS, { size, late }), checks)).toEqual(inMemory);
    for (const [at, { kind, claim: make, vague }] of CASES.entries()) {
      const claim = make(plain);
      const finding = inMemory[at]!;
      expect(finding, finding.statement).toMatchObject({ check: kind, verdict: claim.verdict });
      seen.get(kind)?.add(finding.verdict);
      if (claim.verdict !== 'fail') continue;
      expect(finding.counts, finding.statement).toMatchObject(claim.counts);
      if (vague === true) continue;
      // Of a hole only the beginning is an example.
      const sequences = claim.cases.map(({ seq }) => seq);
      const examples = finding.examples.map(({ seq }) => seq ?? 0);
      expect(sequences).toEqual(expect.arrayContaining(examples));
      expect(examples[0]).toBe(Math.min(...sequences));
    }
  });
  // The rarest verdicts do not come among every 150 cases.
  const { seed = Date.now() } = fc.readConfigureGlobal();
  const isComplete = () => [...seen.values()].every((verdicts) => verdicts.size === 3);
  for (let round = 0; round === 0 || (round < 20 && !isComplete()); round++) {
    fc.assert(agrees, { numRuns: 150, seed: seed + round });
  }
  for (const [kind, verdicts] of seen)
    expect([...verdicts].sort(), kind).toEqual(['fail', 'inconclusive', 'pass']);
});

test('exactly-once is as bad as the worst of its parts, and says what each of them says', () => {
  fc.assert(
    fc.property(spoiledRuns, (run) => {
      const history = historyOf(spoiledEvents(run), FACTS);
      const received = ['c', 'm'];
      const [whole, ...parts] = runChecks(history, [
        { kind: 'exactly-once', options: { published: 'p1', received } },
        { kind: 'no-loss', options: { published: 'p1', received } },
        { kind: 'no-duplicates', options: { received } },
        { kind: 'no-phantoms', options: { received, foreign: true } },
      ]);
      const worst = ['fail', 'inconclusive', 'pass'].find((one) =>
        parts.some(({ verdict }) => verdict === one),
      );
      expect(whole!.verdict).toBe(worst);
      for (const { verdict, statement, counts } of parts) {
        if (verdict === worst) expect(whole!.statement).toContain(statement);
        expect(Object.keys(whole!.counts)).toEqual(expect.arrayContaining(Object.keys(counts)));
      }
    }),
    { numRuns: 200 },
  );
});

test('an ack floor falls where a reading is below the one before', () => {
  const readings = fc.array(fc.option(fc.integer({ min: 0, max: 6 })), { maxLength: 12 });
  fc.assert(
    fc.property(readings, fc.option(fc.integer({ min: 0, max: 6 })), (values, last) => {
      const samples = values.map((value, at) => {
        return value === null ? { t: at, error: 'no answer' } : { t: at, value };
      });
      const series = [{ id: 'f', kind: 'ack-floor', target: CONSUMER, unit: 'sequence', samples }];
      const audit = { complete: last !== null, ackFloor: last ?? 0, delivered: 9, pending: 0, ackPending: 0 };
      const history = historyOf([{ type: 'consumer-audit', consumer: CONSUMER, ...audit }], FACTS);
      const checks = [{ kind: 'ack-floor-monotonic', options: { consumers: [CONSUMER] } }];
      const [finding] = runChecks(history, checks, { series });
      const floors = [...values, last].filter((value) => value !== null);
      const falls = floors.filter((value, at) => at > 0 && value < floors[at - 1]!);
      expect(finding!.counts).toMatchObject({ readings: floors.length });
      expect(finding!.counts.falls ?? 0).toBe(falls.length);
      const isOpen = floors.length < 2 || new Set(floors).size === 1;
      expect(finding!.verdict).toBe(falls.length > 0 ? 'fail' : isOpen ? 'inconclusive' : 'pass');
    }),
  );
});
