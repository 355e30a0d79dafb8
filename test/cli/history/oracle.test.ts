import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runChecks } from '../../../src/checkers/run-checks.ts';
import { openRun } from '../../../src/cli/history/open-run.ts';
import { exportParquet } from '../../../src/cli/history/parquet.ts';
import { CONSUMER, MIRROR, MIRROR_CONSUMER, STREAM, Timeline, WORKLOADS } from '../../checkers/history.ts';
import { makeRun } from './made-run.ts';

/* The same claims as those of the checks, in SQL over the exported tables, by an engine that shares no code with them. */

const READ = {
  publishes: "read_parquet('FOLDER/publishes/*.parquet')",
  deliveries: "read_parquet('FOLDER/deliveries/*.parquet')",
  stored: "read_parquet('FOLDER/stored.parquet')",
};

/** Counts what is against the claim, with the lowest sequence, where one is known. */
const CLAIMS = {
  'no-loss': `
    WITH acknowledged AS (SELECT n, seq FROM publishes WHERE workload = 'p1' AND outcome = 'ok'),
    missing AS (
      SELECT seq FROM acknowledged a
      WHERE NOT EXISTS (FROM stored s WHERE s.stream = '${STREAM}' AND s.publisher = 'p1' AND s.n = a.n)
    ),
    held AS (FROM acknowledged a WHERE a.seq NOT IN (FROM missing)),
    unreceived AS (
      SELECT seq FROM held a, (VALUES ('c'), ('m')) AS reader(name)
      WHERE NOT EXISTS (
        FROM deliveries d
        WHERE d.workload = reader.name AND d.publisher = 'p1' AND d.n = a.n AND d.outcome = 'ok'
      )
    )
    SELECT seq FROM missing UNION ALL SELECT seq FROM unreceived`,
  'no-duplicates': `
    SELECT max(seq) AS seq FROM stored WHERE publisher IS NOT NULL GROUP BY stream, publisher, n HAVING count(*) > 1
    UNION ALL
    SELECT seq FROM deliveries WHERE outcome = 'ok' GROUP BY workload, seq HAVING count(*) > 1`,
  ordered: `
    WITH first AS (
      SELECT *, row_number() OVER (PARTITION BY workload, seq ORDER BY t_ms) AS time FROM deliveries
    ),
    came AS (
      SELECT workload, publisher, n, seq, t_ms,
        max(seq) OVER (PARTITION BY workload ORDER BY t_ms ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS highest,
        max(n) OVER (PARTITION BY workload, publisher ORDER BY t_ms ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
      FROM first WHERE time = 1 AND deliveries = 1
    ),
    lies AS (
      SELECT publisher, n, seq,
        max(n) OVER (PARTITION BY stream, publisher ORDER BY seq ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
      FROM stored
    )
    SELECT seq FROM came WHERE seq < highest
    UNION ALL SELECT seq FROM came WHERE publisher IS NOT NULL AND n < before
    UNION ALL SELECT seq FROM lies WHERE publisher IS NOT NULL AND n < before`,
  identical: `
    SELECT coalesce(a.seq, b.seq) AS seq
    FROM (FROM stored WHERE stream = '${STREAM}') a
    FULL JOIN (FROM stored WHERE stream = '${MIRROR}') b ON a.seq = b.seq
    WHERE a.seq IS NULL OR b.seq IS NULL OR a.subject <> b.subject OR a.digest <> b.digest`,
} as const;

const OPTIONS: Record<keyof typeof CLAIMS, Record<string, unknown>> = {
  'no-loss': { published: 'p1', received: ['c', 'm'] },
  'no-duplicates': { received: ['c', 'm'] },
  ordered: { received: ['c', 'm'] },
  identical: { streams: [STREAM, MIRROR] },
};

/** One thing that goes wrong with the message at a sequence. */
type Spoil = (timeline: Timeline, seq: number) => void;

const WELL: Spoil = () => undefined;
const SPOILS: Record<string, Spoil> = {
  'nothing goes wrong': WELL,
  'it is in neither stream': (timeline, seq) => timeline.drop('stored', (event) => event.seq === seq),
  'it is not in the mirror': (timeline, seq) =>
    timeline.drop('stored', (event) => event.seq === seq && event.stream === MIRROR),
  'its body differs in the mirror': (timeline, seq) => {
    for (const event of timeline.stored)
      if (event.seq === seq && event.stream === MIRROR) event.digest = 'other';
  },
  'its subject differs in the mirror': (timeline, seq) => {
    for (const event of timeline.stored)
      if (event.seq === seq && event.stream === MIRROR) event.subject = 'other';
  },
  'it is never delivered': (timeline, seq) => {
    timeline.drop('deliveries', (event) => event.seq === seq && event.consumer === CONSUMER);
    timeline.drop('acks', (event) => event.seq === seq && event.consumer === CONSUMER);
  },
  'it is delivered, and never acknowledged': (timeline, seq) => {
    timeline.drop('acks', (event) => event.seq === seq && event.consumer === MIRROR_CONSUMER);
    timeline.ackFloor[MIRROR_CONSUMER] = seq - 1;
  },
  'it is acknowledged twice': (timeline, seq) => {
    const again = (event: { seq: number; t: number; workload: string }): boolean =>
      event.seq === seq && event.workload === 'c';
    const delivery = timeline.deliveries.find(again)!;
    const ack = timeline.acks.find(again)!;
    timeline.deliveries.push({ ...delivery, t: 1e6, deliveries: 2 });
    timeline.acks.push({ ...ack, t: 1e6 + 1 });
  },
  'it is stored twice': (timeline) => {
    const last = timeline.stored.filter(({ stream }) => stream === STREAM).at(-1)!;
    for (const stream of [STREAM, MIRROR]) timeline.stored.push({ ...last, stream, seq: last.seq + 1 });
  },
  'it comes after the next': (timeline, seq) => {
    const own = timeline.deliveries.filter(({ workload }) => workload === 'c');
    const [one, next] = [own[seq - 1], own[seq]];
    if (one === undefined || next === undefined) return;
    const [at, later] = [timeline.deliveries.indexOf(one), timeline.deliveries.indexOf(next)];
    const times = [one.t, next.t] as const;
    timeline.deliveries[at] = { ...next, t: times[0] };
    timeline.deliveries[later] = { ...one, t: times[1] };
    for (const ack of timeline.acks)
      if (ack.workload === 'c' && (ack.seq === one.seq || ack.seq === next.seq)) ack.t = times[1] + 5;
  },
  'two of one publisher are stored the wrong way round': (timeline, seq) => {
    const inStream = timeline.stored.filter(({ stream }) => stream === STREAM);
    const publisher = inStream[seq - 1]?.id?.split('/')[1];
    const next = inStream.slice(seq).find(({ id }) => id?.split('/')[1] === publisher);
    if (next === undefined) return;
    for (const event of timeline.stored) {
      const other = event.seq === seq ? next : event.seq === next.seq ? inStream[seq - 1] : undefined;
      if (other !== undefined) Object.assign(event, { id: other.id, digest: `digest-${other.id ?? ''}` });
    }
  },
};

let out: string;
let duck: DuckDBInstance;
let connection: DuckDBConnection;
beforeAll(async () => {
  out = mkdtempSync(join(realpathSync(tmpdir()), 'chaos-oracle-'));
  duck = await DuckDBInstance.create(':memory:');
  connection = await duck.connect();
});
afterAll(() => {
  connection.closeSync();
  duck.closeSync();
  rmSync(out, { recursive: true, force: true });
});

async function against(claim: keyof typeof CLAIMS, folder: string): Promise<number[]> {
  const tables = Object.entries(READ).map(
    ([name, from]) => `${name} AS (FROM ${from.replace('FOLDER', folder)})`,
  );
  const sql = CLAIMS[claim].trim().replace(/^WITH /, ', ');
  const query = `WITH ${tables.join(', ')} ${sql.startsWith(',') ? sql : ` ${sql}`}`;
  const reader = await connection.runAndReadAll(query);
  return reader.getRows().map(([seq]) => Number(seq));
}

let made = 0;

describe.each(Object.entries(SPOILS))('where %s', (what, spoil) => {
  it('the checks and SQL agree', async () => {
    let [judged, failed] = [0, 0];
    await fc.assert(
      fc.asyncProperty(
        fc
          .array(fc.constantFrom('p1' as const, 'p2' as const), { minLength: 3, maxLength: 40 })
          .filter((publishers) => publishers.includes('p1') && publishers.includes('p2'))
          .chain((publishers) =>
            fc.tuple(fc.constant(publishers), fc.integer({ min: 1, max: publishers.length })),
          ),
        async ([publishers, seq]) => {
          const timeline = new Timeline(publishers);
          spoil(timeline, seq);
          const folder = join(out, String((made += 1)));
          makeRun(folder, timeline.events, {
            workloads: WORKLOADS,
            streams: [{ address: STREAM }, { address: MIRROR, mirrorOf: STREAM }],
            checks: [],
          });
          const run = await openRun(folder, out);
          const exported = join(folder, 'parquet');
          expect([...exportParquet(run, exported)]).toHaveLength(5);
          for (const claim of Object.keys(CLAIMS) as (keyof typeof CLAIMS)[]) {
            const options = { kind: claim, ...OPTIONS[claim] };
            const [finding] = runChecks(run.history, [{ kind: claim, options }]);
            const found = await against(claim, exported);
            if (finding?.verdict === 'inconclusive') continue;
            judged += 1;
            if (found.length > 0) failed += 1;
            expect([claim, finding?.verdict, finding?.statement]).toEqual([
              claim,
              found.length === 0 ? 'pass' : 'fail',
              finding?.statement,
            ]);
            if (found.length > 0) expect(found, finding?.statement).toContain(finding?.examples[0]?.seq);
          }
          rmSync(folder, { recursive: true });
        },
      ),
      { numRuns: 8 },
    );
    expect(judged).toBeGreaterThan(16);
    // Agreement that everything is well would prove little.
    if (spoil !== WELL) expect(failed, what).toBeGreaterThan(0);
    else expect(failed).toBe(0);
  });
});
