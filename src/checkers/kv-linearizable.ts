import type { History } from '../history/history.ts';
import { strictObject, Type, type Static } from '../support/schema.ts';
import { streamOf } from '../support/stream-of.ts';
import type { Checker } from './checker.ts';
import { workloadsField } from './fields.ts';
import { Cases } from './kv/cases.ts';
import { CONSISTENCIES, type Consistency } from './kv/claims.ts';
import { Judgement } from './kv/judgement.ts';
import { LedgerBuilder, type Ledger } from './kv/ledger.ts';
import { isWrite, OK, OP, operationsOf, UNKNOWN, type Operations } from './kv/operations.ts';
import { orderOf, READ, REFUSAL, type Order } from './kv/order.ts';
import { ReadBack } from './kv/read-back.ts';
import { unseenWrites, type Unseen } from './kv/unseen.ts';

const schema = strictObject(
  {
    kind: Type.Literal('kv-linearizable'),
    workloads: workloadsField(
      'A kv',
      'Every kv workload that writes to the bucket: all their operations are judged together.',
    ),
    consistency: Type.Optional(
      Type.Unsafe<Consistency>({
        enum: [...CONSISTENCIES],
        description:
          'What is claimed of every read: linearizable (it sees the latest write that had ended before it), sequential (no client goes back, over all keys) or read-committed (it sees only what was written). Left out: sequential for reads of the leader, read-committed for those of any replica. Writes are always linearizable.',
      }),
    ),
  },
  'The keys of a bucket are registers: their writes are linearizable, in the order of their revisions, and reads are as consistent as is claimed.',
);
type Options = Static<typeof schema>;

export const kvLinearizable: Checker<typeof schema> = {
  kind: 'kv-linearizable',
  summary: 'Writes to keys are linearizable by revision, and reads as consistent as is claimed of their path',
  proof:
    'Needs confirmed writes, answered reads, and the stream of the bucket read to its end; writes without an answer are looked for in what watchers, reads and the bucket itself show. Without any of these, or where a refusal can only be explained by a write that nobody saw and nothing rules out, it is inconclusive.',
  example: '{ kind: kv-linearizable, workloads: [kv] }',
  schema,
  check({ history }, { workloads, consistency }: Options) {
    const streams = new Set(workloads.map((name) => streamOf(history.workloads[name]?.target ?? '')));
    const [stream = ''] = streams;
    const cases = new Cases(stream);
    if (streams.size > 1)
      cases.inconclusive(`${workloads.join(' and ')} use different buckets: ${[...streams].join(', ')}`);
    const mayExpire = workloads.some((name) => history.workloads[name]?.mayExpire === true);
    const operations = operationsOf(history, workloads);
    const builder = new LedgerBuilder(operations, cases);
    const readBack = new ReadBack(history, stream, operations, builder);
    const last = lastRevision(history, stream, cases);
    if (last !== undefined && !mayExpire) readBack.judge(cases);
    const ledger = builder.settle();
    const order = orderOf(operations, ledger);
    const unseen = unseenWrites(operations, ledger, last);
    const enough = countAll(operations, order, cases);
    new Judgement(operations, order, ledger, unseen, { consistency, mayExpire }, cases).run();
    const unknown = countUnknown(operations, ledger, unseen, cases);
    if (!enough.writes) cases.inconclusive('no write was confirmed');
    if (!enough.reads) cases.inconclusive('no read was answered');
    judgeOpen(cases);
    return cases.finding('kv-linearizable', stream, passed(cases, operations, consistency, unknown));
  },
};

/** The last revision once all was quiet; undefined, and inconclusive, where the stream was not read to its end. */
function lastRevision(history: History, stream: string, cases: Cases): number | undefined {
  const audit = history.streamAudits.findLast((one) => one.stream === stream);
  if (audit?.complete === true) return audit.lastSeq;
  const how = audit === undefined ? 'was not read back' : 'was not read back to its end';
  cases.inconclusive(`stream ${stream} ${how}${audit?.error === undefined ? '' : `: ${audit.error}`}`);
  return undefined;
}

function countAll(
  { length, op, flags }: Operations,
  { part }: Order,
  cases: Cases,
): { writes: boolean; reads: boolean } {
  for (let row = 0; row < length; row += 1) {
    const write = isWrite(op[row] ?? 0);
    if (op[row] === OP.watch) {
      cases.count('watched');
      continue;
    }
    cases.count('operations');
    if (write && ((flags[row] ?? 0) & OK) !== 0) cases.count('writes');
    if (part[row] === READ) cases.count('reads');
    if (part[row] === REFUSAL) cases.count('refusals');
  }
  return { writes: cases.counted('writes') > 0, reads: cases.counted('reads') > 0 };
}

/** `; of 3 writes without an answer 2 were seen and 1 had no effect`; empty when all were answered. */
function countUnknown(
  { length, op, flags }: Operations,
  ledger: Ledger,
  unseen: Unseen,
  cases: Cases,
): string {
  let [unknown, seen] = [0, 0];
  for (let row = 0; row < length; row += 1) {
    if (!isWrite(op[row] ?? 0) || ((flags[row] ?? 0) & UNKNOWN) === 0) continue;
    unknown += 1;
    if (ledger.revision[row] !== 0) seen += 1;
  }
  const open = [...unseen.byKey.values()].reduce((sum, rows) => sum + rows.length, 0);
  if (unknown === 0) return '';
  cases.count('unknownSeen', seen);
  cases.count('unknownWithoutEffect', unknown - seen - open);
  cases.count('unknownOpen', open);
  return `; of ${unknown} writes without an answer ${seen} were seen, ${unknown - seen - open} had no effect, ${open} can be either`;
}

function judgeOpen(cases: Cases): void {
  const refusals = cases.counted('refusalsOpen');
  if (refusals > 0)
    cases.inconclusive(
      `${refusals} conditional writes were refused without a known reason, which writes that nobody saw may be`,
    );
  const updates = cases.counted('lostUpdatesOpen');
  if (updates > 0)
    cases.inconclusive(`${updates} conditional writes took effect on revisions of which nobody knows`);
}

function passed(
  cases: Cases,
  operations: Operations,
  consistency: Consistency | undefined,
  unknown: string,
): string {
  const claim = consistency ?? 'as consistent as is claimed of their path';
  const stale = cases.counted('unclaimedStale');
  const rest = stale === 0 ? '' : `; ${stale} reads were stale, which is not claimed otherwise`;
  return `${cases.counted('writes')} writes of ${clientsOf(operations)} clients to ${operations.keys.length} keys are linearizable, ${cases.counted('reads')} reads are ${claim}${unknown}${rest}`;
}

/** Without watchers. */
function clientsOf({ length, op, client }: Operations): number {
  const clients = new Set<number>();
  for (let row = 0; row < length; row += 1) if (op[row] !== OP.watch) clients.add(client[row] ?? 0);
  return clients.size;
}
