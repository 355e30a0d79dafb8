import type { OperationStatus } from '../history/events.ts';
import type { History } from '../history/history.ts';
import { QUOTA_OPERATIONS, type QuotaOperation } from '../history/operations.ts';
import { strictObject, Type, type Static } from '../support/schema.ts';
import type { Milliseconds } from '../support/units.ts';
import type { Checker } from './checker.ts';
import { workloadsField } from './fields.ts';
import { at, Cases } from './kv/cases.ts';

const schema = strictObject(
  {
    kind: Type.Literal('quota-held'),
    workloads: workloadsField('A quota', 'The quota workloads that are judged.'),
    limit: Type.Integer({
      minimum: 1,
      description:
        'How many streams (or consumers) there may be: what `maxStreams` or `maxConsumers` says, less those that others make.',
    }),
  },
  'An account has as many streams (or consumers) as its limit says and no more, and none that was made is lost.',
);
type Options = Static<typeof schema>;

export const quotaHeld: Checker<typeof schema> = {
  kind: 'quota-held',
  summary:
    'An account gets as many streams or consumers as its limit says, is refused one more, and loses none',
  proof:
    'A request without an answer may have taken effect or not, and both are allowed for. Needs one that was refused because of the limit, and the list of names in the end. Without these it is inconclusive.',
  example: '{ kind: quota-held, workloads: [quota], limit: 1000 }',
  schema,
  check({ history }, { workloads, limit }: Options) {
    const targets = workloads.map((name) => history.workloads[name]?.target ?? name);
    const cases = new Cases(targets.join(', '));
    for (const name of workloads) judge(history, name, limit, cases);
    return cases.finding('quota-held', workloads.join(', '), passed(limit, cases));
  },
};

function judge(history: History, name: string, limit: number, cases: Cases): void {
  const keys = history.operationKeys(name);
  const statuses = history.operationStatuses(name);
  const streams = new Streams(limit, cases);
  const before = { refused: cases.counted('refused'), lists: cases.counted('lists') };
  // There is one client, and so one request at a time.
  for (const rows of history.operations(name)) {
    for (let row = 0; row < rows.length; row += 1) {
      streams.take({
        op: QUOTA_OPERATIONS[rows.op[row] ?? 0] ?? 'list',
        t: rows.t[row] ?? 0,
        stream: keys[rows.key[row] ?? 0] ?? '',
        listed: rows.value[row] ?? 0,
        status: statuses[rows.status[row] ?? 0] ?? { outcome: 'unknown' },
      });
    }
  }
  if (cases.counted('refused') === before.refused)
    cases.inconclusive(`${name} never reached the limit of ${limit}`);
  if (cases.counted('lists') === before.lists) cases.inconclusive(`${name} got no list of names in the end`);
}

interface Row {
  op: QuotaOperation;
  t: Milliseconds;
  stream: string;
  listed: number;
  status: OperationStatus;
}

/** How many there are: at least, and at most. */
class Streams {
  readonly #limit: number;
  readonly #cases: Cases;
  #least = 0;
  #most = 0;

  constructor(limit: number, cases: Cases) {
    this.#limit = limit;
    this.#cases = cases;
  }

  take(row: Row): void {
    const { outcome, refused } = row.status;
    if (outcome === 'unknown') this.#cases.count('unknown');
    if (row.op === 'list') this.#list(row);
    else if (refused === 'limit') this.#refused(row);
    else if (row.op === 'create') this.#created(row);
    else if (refused === 'missing')
      this.#violation('lost', row, `${row.stream} was made, and was not there before anybody deleted it`);
    else if (outcome !== 'failed') this.#deleted(outcome);
  }

  #created(row: Row): void {
    const { outcome } = row.status;
    if (outcome === 'failed') return;
    this.#most += 1;
    if (outcome !== 'ok') return;
    this.#least += 1;
    this.#cases.count('made');
    this.#cases.counts.most = Math.max(this.#cases.counted('most'), this.#least);
    if (this.#least > this.#limit)
      this.#violation(
        'over',
        row,
        `${row.stream} was made, the ${this.#least}th of ${this.#limit} that may be there`,
      );
  }

  #refused(row: Row): void {
    this.#cases.count('refused');
    if (this.#most < this.#limit)
      this.#violation(
        'refusedBelow',
        row,
        `${row.stream} was refused with ${this.#most} there; ${this.#limit} may be`,
      );
    else this.#least = Math.max(this.#least, this.#limit);
  }

  #deleted(outcome: 'ok' | 'unknown'): void {
    this.#least = Math.max(0, this.#least - 1);
    if (outcome === 'ok') this.#most -= 1;
  }

  #list(row: Row): void {
    if (row.status.outcome !== 'ok') return;
    this.#cases.count('lists');
    if (row.listed >= this.#least && row.listed <= this.#most) return;
    const known = this.#least === this.#most ? `${this.#most}` : `${this.#least} to ${this.#most}`;
    this.#violation(
      'miscounted',
      row,
      `${row.listed} were listed; by what was acknowledged there are ${known}`,
    );
  }

  #violation(count: string, { t }: Row, what: string): void {
    this.#cases.violation(count, { t, text: () => `at ${at(t)} ${what}` });
  }
}

function passed(limit: number, cases: Cases): string {
  const [made, refused, unknown] = ['made', 'refused', 'unknown'].map((name) => cases.counted(name));
  return `${made} were made, never more than ${limit} at a time; ${refused} more were refused, all of them at the limit; none was lost (${unknown} requests had no answer)`;
}
