import type { History } from '../history/history.ts';
import { defaulted, strictObject, Type, type Static } from '../support/schema.ts';
import { assetModel, type AssetOp } from './assets/model.ts';
import { assetOperations, type AssetOperations } from './assets/operations.ts';
import { ReadBack } from './assets/read-back.ts';
import { contradiction } from './assets/words.ts';
import type { Checker } from './checker.ts';
import { workloadsField } from './fields.ts';
import { at, Cases } from './kv/cases.ts';
import { explain } from './model/search.ts';

const schema = strictObject(
  {
    kind: Type.Literal('assets-model'),
    workloads: workloadsField('An assets', 'The assets workloads that are judged.'),
    refusals: defaulted(
      Type.Unsafe<'judged' | 'counted'>({
        type: 'string',
        enum: ['judged', 'counted'],
        description:
          'Whether an answer that something is there already, or is not there, must be true too, or is only counted where it is not. A meta leader that is cut off, and does not know it yet, answers with what was.',
      }),
      'judged',
    ),
    lists: defaulted(
      Type.Unsafe<'current' | 'counted'>({
        type: 'string',
        enum: ['current', 'counted'],
        description:
          'Whether a list must show what is there while it is asked for, or lists are only counted where they are behind. No list may show a stream that nobody had asked to make.',
      }),
      'counted',
    ),
  },
  'Streams and consumers are there as they were made, and gone as they were deleted, on every node; and every answer fits an order of what was done.',
);
type Options = Static<typeof schema>;

export const assetsModel: Checker<typeof schema> = {
  kind: 'assets-model',
  summary: 'Streams and consumers are what the acknowledged operations made of them, on every node',
  proof:
    'Needs an acknowledged creation, and what every node holds in the end. For each stream it looks for an order of the operations, each between its request and its answer, that explains all answers and what nodes hold; an operation without an answer may have taken effect at any time, or never. Without any of these, or where so much is without an answer that not all orders can be tried, it is inconclusive.',
  example: '{ kind: assets-model, workloads: [assets] }',
  schema,
  check({ history }, { workloads, refusals, lists }: Options) {
    const targets = workloads.map((name) => history.workloads[name]?.target ?? name);
    const cases = new Cases(targets.join(', '));
    for (const workload of workloads) judge(history, workload, { refusals, lists }, cases);
    return cases.finding('assets-model', targets.join(', '), passed(cases));
  },
};

type Claims = Pick<Options, 'refusals' | 'lists'>;

function judge(history: History, workload: string, claims: Claims, cases: Cases): void {
  const operations = assetOperations(history, workload);
  const audit = history.assetsAudits.findLast((one) => one.workload === workload);
  const [cluster = ''] = (history.workloads[workload]?.target ?? '').split('/');
  const readBack = audit === undefined ? undefined : new ReadBack(audit, cluster, cases);
  if (audit?.complete !== true) {
    const how = audit === undefined ? 'was not read' : `was not read from every node: ${audit.error ?? ''}`;
    cases.inconclusive(`what nodes hold of ${workload} ${how}`);
  }
  const made = count(operations, cases);
  if (!made) cases.inconclusive(`${workload} made no stream`);
  judgeLists(operations, cases);
  const model = assetModel(operations.consumers);
  const streams = new Set([...operations.byStream.keys(), ...(readBack?.streams() ?? [])]);
  for (const stream of streams) {
    const states = judgeStream(operations, stream, model, claims, cases);
    if (states !== undefined) readBack?.judge(stream, states);
  }
}

/** @returns all that the stream may be in the end; undefined where that is not known */
function judgeStream(
  operations: AssetOperations,
  stream: string,
  model: ReturnType<typeof assetModel>,
  { refusals, lists }: Claims,
  cases: Cases,
) {
  const all = operations.byStream.get(stream) ?? [];
  const done = all.filter(({ result }) => result === 'ok' || result === 'unknown');
  const refused = all.filter(({ result }) => result === 'exists' || result === 'missing');
  const listed = operations.lists.map((list): AssetOp => {
    const result = list.streams.has(stream) ? 'there' : 'absent';
    return { ...list, op: 'listed', key: stream, part: 0, value: 0, result };
  });
  const claimed = [
    ...done,
    ...(refusals === 'judged' ? refused : []),
    ...(lists === 'current' ? listed : []),
  ];
  const explained = explain(claimed, model);
  if (refusals === 'counted' && explain([...claimed, ...refused], model).found === 'none')
    cases.count('streamsRefusedUntruly');
  if (lists === 'counted' && explain([...claimed, ...listed], model).found === 'none')
    cases.count('streamsListedBehind');
  if (explained.found === 'order') return explained.states;
  if (explained.found === 'too-many') {
    cases.count('streamsOpen');
    const unknown = done.filter(({ result }) => result === 'unknown').length;
    cases.inconclusive(
      `${unknown} operations on ${stream} have no answer: not all their orders can be tried`,
    );
    return undefined;
  }
  const { op, states } = explained;
  const name = op.op === 'listed' ? 'untrueLists' : op.result === 'ok' ? 'impossible' : 'untrueRefusals';
  cases.violation(name, { t: op.t, text: () => contradiction(op, states) });
  return undefined;
}

/** @returns whether a stream was made */
function count({ byStream, clients }: AssetOperations, cases: Cases): boolean {
  cases.count('clients', clients);
  let made = false;
  for (const { op, result } of [...byStream.values()].flat()) {
    cases.count('operations');
    if (result === 'ok') {
      cases.count('done');
      made ||= op === 'create';
    } else cases.count(result === 'unknown' ? 'unknown' : 'refused');
  }
  return made;
}

/** Only what somebody had asked to make may be listed. */
function judgeLists({ lists, byStream }: AssetOperations, cases: Cases): void {
  for (const { end, client, streams, t } of lists) {
    cases.count('lists');
    for (const stream of streams) {
      const isAsked = byStream.get(stream)?.some((one) => one.op === 'create' && one.t <= end) === true;
      if (isAsked) continue;
      const text = () => `at ${at(t)} client ${client + 1} listed ${stream}, which nobody had asked to make`;
      cases.violation('phantoms', { t, text });
    }
  }
}

function passed(cases: Cases): string {
  const counted = (name: string) => cases.counted(name);
  const unknown = counted('unknown') === 0 ? '' : `, ${counted('unknown')} without an answer`;
  return `${counted('done')} changes and ${counted('refused')} refusals by ${counted('clients')} clients have an order that explains them${unknown}; ${counted('streamsHeld')} streams and ${counted('consumersHeld')} consumers are in the end on every node as they are to be, and no others`;
}
