import { describe, expect, test } from 'vitest';
import { runChecks } from '../../src/checkers/run-checks.ts';
import { CONFIRMED, DeliveryLog } from '../../src/history/delivery-log.ts';
import type { DeliveryStatus } from '../../src/history/events.ts';
import type { History } from '../../src/history/history.ts';
import { MemoryTable } from '../../src/history/tables/memory-table.ts';
import { DELIVERIES } from '../../src/history/tables/table.ts';
import { historyIn, type HandMade } from './hand-made.ts';

/** When, to which member of `c`, which sequence, for which time, and what became of it; message 3 has sequence 3. */
type Row = readonly [
  t: number,
  member: number,
  seq: number,
  times: number,
  end: DeliveryStatus | 'confirmed',
];

const REJECTED: DeliveryStatus = { row: 'delivered', instead: 'nak' };
const CRASHED: DeliveryStatus = { row: 'delivered', instead: 'crash' };
const GIVEN_UP: DeliveryStatus = { row: 'acknowledged', outcome: 'ok', instead: 'term' };

describe('deliveries to members, and what they did in place of an acknowledgement', () => {
  test('what is rejected or crashed with must come again, and what is given up is dealt with', () => {
    const rows: Row[] = [
      [10, 0, 1, 1, REJECTED],
      [12, 1, 2, 1, GIVEN_UP],
      [14, 0, 3, 1, CRASHED],
      [40, 1, 1, 2, 'confirmed'],
      [50, 1, 3, 2, 'confirmed'],
    ];
    expect(judged('no-loss', rows)).toMatchObject({
      verdict: 'pass',
      counts: { terminated: 1 },
      statement: expect.stringContaining('acknowledged by c (1 of them terminated)') as string,
    });
    expect(judged('no-duplicates', rows)).toMatchObject({ verdict: 'pass', counts: { redelivered: 2 } });
    expect(judged('no-loss', rows.slice(0, 4))).toMatchObject({
      verdict: 'fail',
      counts: { unacknowledged: 1 },
    });
  });

  test('what is given up never comes again, to no member', () => {
    const again: Row[] = [
      [10, 0, 1, 1, GIVEN_UP],
      [12, 1, 2, 1, 'confirmed'],
      [14, 0, 3, 1, 'confirmed'],
      [40, 1, 1, 2, 'confirmed'],
    ];
    expect(judged('no-duplicates', again)).toMatchObject({
      verdict: 'fail',
      counts: { redeliveredConfirmed: 1 },
      statement: expect.stringContaining('or its end by `term`, was confirmed') as string,
    });
  });

  test('each member must get its share', () => {
    const fair: Row[] = [1, 2, 3].map((seq) => [10 * seq, seq % 2, seq, 1, 'confirmed']);
    expect(judged('queue-fair', fair)).toMatchObject({
      verdict: 'pass',
      counts: { 'c member 1': 1, 'c member 2': 2 },
    });
    const unfair: Row[] = [1, 2, 3, 4].map((seq) => [10 * seq, 0, Math.min(seq, 3), 1, 'confirmed']);
    expect(judged('queue-fair', unfair)).toMatchObject({ verdict: 'fail', counts: { unfair: 1 } });
  });

  test('there is no order among members', () => {
    const rows: Row[] = [3, 2, 1].map((seq, at) => [10 * at, at % 2, seq, 1, 'confirmed']);
    const reason = 'c has 2 members, and the server promises no order among them';
    expect(judged('ordered', rows)).toMatchObject({ verdict: 'inconclusive' });
    expect(judged('ordered', rows).statement).toContain(reason);
  });
});

function judged(kind: string, rows: readonly Row[]) {
  const check = { kind, published: 'p', received: ['c'], tolerance: 0.5 };
  const [finding] = runChecks(historyOf(rows, check), [{ kind, options: check }]);
  if (finding === undefined) throw new Error('no finding');
  return finding;
}

function historyOf(rows: readonly Row[], check: HandMade['check']): History {
  const messages = [1, 2, 3];
  const history = historyIn({
    says: '',
    check,
    published: messages.map((n) => `p${n} ok ${n}`),
    stored: messages.map((n) => `${n} p${n}`),
    // Overlaid below; without any, `c` would be unknown.
    delivered: [],
    verdict: '',
    statement: '',
  });
  const table = new MemoryTable(DELIVERIES);
  const statuses: DeliveryStatus[] = [];
  const log = new DeliveryLog(table, 'c', ({ code, status }) => (statuses[code] = status as DeliveryStatus));
  const by = history.publishers.indexOf('p');
  for (const [t, member, seq, times, end] of rows)
    log.append(t, seq, by, seq, times, 1, end === 'confirmed' ? CONFIRMED : log.codeOf(end), member);
  const { c = { kind: 'consume', target: '' }, ...others } = history.workloads;
  return {
    publishes: (name) => history.publishes(name),
    deliveries: (name) => (name === 'c' ? [table.rows()] : []),
    stored: (stream) => history.stored(stream),
    kv: () => [],
    publishStatuses: (name) => history.publishStatuses(name),
    deliveryStatuses: (name) => (name === 'c' ? statuses : []),
    kvStatuses: () => [],
    kvKeys: () => [],
    operations: () => [],
    operationStatuses: () => [],
    operationKeys: () => [],
    assetsAudits: [],
    ledgerAudits: [],
    assetChanges: [],
    subjects: (stream) => history.subjects(stream),
    publishers: history.publishers,
    identity: (code, n) => history.identity(code, n),
    streamAudits: history.streamAudits,
    consumerAudits: history.consumerAudits,
    consumerDrains: history.consumerDrains,
    marks: history.marks,
    workloads: { ...others, c: { ...c, members: 2 } },
  };
}
