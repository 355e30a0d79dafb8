import type { OperationStatus } from '../history/events.ts';
import type { History } from '../history/history.ts';
import { PERMISSION_OPERATIONS } from '../history/operations.ts';
import { defaulted, strictObject, timeLimit, Type, type Static } from '../support/schema.ts';
import type { Milliseconds } from '../support/units.ts';
import type { Checker } from './checker.ts';
import { workloadsField } from './fields.ts';
import { plural } from './judge.ts';
import { at, Cases } from './kv/cases.ts';

const schema = strictObject(
  {
    kind: Type.Literal('isolated'),
    workloads: workloadsField('A permissions', 'The permissions workloads that are judged.'),
    passes: defaulted(
      Type.Integer({
        minimum: 1,
        description: 'How many passes over all users and subjects must have been complete.',
      }),
      1,
    ),
    within: Type.Optional(
      timeLimit('How long a pass may take, also while faults are in force. Left out: any time.'),
    ),
  },
  'Every user may do what its permissions allow and nothing else, and no message leaves its account except by an import.',
);
type Options = Static<typeof schema>;

export const isolated: Checker<typeof schema> = {
  kind: 'isolated',
  summary: 'Users may do what they are allowed to and nothing else, and no message crosses accounts',
  proof:
    'A try whose connections were cut is unknown, and counted. Needs complete passes of a permissions workload, every pair of a user and a subject decided at least once, and tries that are allowed as well as tries that are denied. Without these it is inconclusive.',
  example: '{ kind: isolated, workloads: [permissions], passes: 1, within: 20s }',
  schema,
  check({ history }, { workloads, passes, within }: Options) {
    const targets = workloads.map((name) => history.workloads[name]?.target ?? name);
    const cases = new Cases(targets.join(', '));
    for (const name of workloads) judge(history, name, { passes, within }, cases);
    return cases.finding('isolated', workloads.join(', '), passed(cases));
  },
};

function judge(
  history: History,
  name: string,
  { passes, within }: { passes: number; within: Milliseconds | undefined },
  cases: Cases,
): void {
  const keys = history.operationKeys(name);
  const statuses = history.operationStatuses(name);
  /** Code of the operation and of the user with its subject → whether it was ever decided. */
  const decided = new Map<string, boolean>();
  const before = {
    allowed: cases.counted('allowed'),
    denied: cases.counted('denied'),
    passes: cases.counted('passes'),
  };
  for (const rows of history.operations(name)) {
    for (let row = 0; row < rows.length; row += 1) {
      const op = PERMISSION_OPERATIONS[rows.op[row] ?? 0] ?? 'pass';
      const t = rows.t[row] ?? 0;
      const key = keys[rows.key[row] ?? 0] ?? '';
      const status = statuses[rows.status[row] ?? 0] ?? { outcome: 'unknown' as const };
      if (op === 'pass') {
        judgePass(status, { t, tookMs: (rows.latency[row] ?? 0) / 1000, within }, cases);
      } else if (op === 'crossed' || op === 'unexplained') {
        cases.violation(op, { t, text: () => `at ${at(t)} ${strayed(op, key, rows.value[row] ?? 0)}` });
      } else {
        const cell = `${op} ${key}`;
        const isDecided = status.outcome !== 'unknown';
        decided.set(cell, decided.get(cell) === true || isDecided);
        if (isDecided) judgeTry(cell, status, t, cases);
        else cases.count('unknown');
      }
    }
  }
  const undecided = [...decided].filter(([, isDecided]) => !isDecided).map(([cell]) => cell);
  cases.count('tries', decided.size);
  const [first] = undecided;
  if (first !== undefined)
    cases.inconclusive(`${undecided.length} of ${decided.size} were never decided, such as ${first}`);
  if (cases.counted('passes') - before.passes < passes)
    cases.inconclusive(
      `${name} completed ${plural(cases.counted('passes') - before.passes, 'pass', 'es')}; ${passes} were wanted`,
    );
  for (const kind of ['allowed', 'denied'] as const)
    if (cases.counted(kind) === before[kind]) cases.inconclusive(`${name} tried nothing that is ${kind}`);
}

function judgePass(
  { outcome }: OperationStatus,
  { t, tookMs, within }: { t: Milliseconds; tookMs: Milliseconds; within: Milliseconds | undefined },
  cases: Cases,
): void {
  cases.count(outcome === 'ok' ? 'passes' : 'passesIncomplete');
  cases.counts.longestPassMs = Math.max(cases.counted('longestPassMs'), Math.round(tookMs));
  if (within === undefined || tookMs <= within) return;
  cases.violation('slowPasses', {
    t,
    text: () => `the pass that began at ${at(t)} took ${at(tookMs)}; ${at(within)} were allowed`,
  });
}

function judgeTry(
  cell: string,
  { expected, seen = 'neither' }: OperationStatus,
  t: Milliseconds,
  cases: Cases,
): void {
  const isAllowed = expected === 'allowed';
  cases.count(isAllowed ? 'allowed' : 'denied');
  if (seen === (isAllowed ? 'delivered' : 'refused')) return;
  const words = isAllowed ? WHEN_ALLOWED : WHEN_DENIED;
  cases.violation(isAllowed ? 'wronglyDenied' : 'wronglyAllowed', {
    t,
    text: () => `at ${at(t)} "${cell}" is ${isAllowed ? 'allowed' : 'denied'}, and ${words[seen]}`,
  });
}

type Words = Record<NonNullable<OperationStatus['seen']>, string>;

const WHEN_ALLOWED: Words = {
  delivered: 'its message arrived',
  refused: 'the server refused it',
  both: 'the server refused it, although its message arrived',
  neither: 'its message did not arrive, with every connection up',
};
const WHEN_DENIED: Words = {
  delivered: 'its message arrived',
  refused: 'the server refused it',
  both: 'its message arrived, although the server refused it',
  neither: 'the server did not refuse it, although no message arrived',
};

/** @param key who and on what; for a message that crossed, the account in which it arrived is its last word */
function strayed(op: 'crossed' | 'unexplained', key: string, value: number): string {
  if (op === 'unexplained')
    return `${key} got ${plural(value, 'message')} of subscriptions that were refused`;
  const [who = '', subject = '', account = ''] = key.split(' ');
  return `a message of ${who} on ${subject} arrived in account ${account}`;
}

function passed(cases: Cases): string {
  const [tries, passes, allowed, denied, unknown, longest] = [
    'tries',
    'passes',
    'allowed',
    'denied',
    'unknown',
    'longestPassMs',
  ].map((name) => cases.counted(name));
  return `in ${plural(passes ?? 0, 'complete pass', 'es')} over ${tries} pairs of users and subjects, all ${allowed} tries that are allowed were carried out and all ${denied} that are denied were refused; no message crossed accounts (${unknown} tries were cut off, the longest pass took ${at(longest ?? 0)})`;
}
