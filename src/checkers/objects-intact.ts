import type { History } from '../history/history.ts';
import { defaulted, strictObject, Type, type Static } from '../support/schema.ts';
import type { Checker } from './checker.ts';
import { workloadsField } from './fields.ts';
import { at, Cases } from './kv/cases.ts';
import { explain } from './model/search.ts';
import { OBJECT_MODEL, objectOperations, type ObjectHistory, type ObjectOp } from './objects/operations.ts';

const schema = strictObject(
  {
    kind: Type.Literal('objects-intact'),
    workloads: workloadsField(
      'An object',
      'The object workloads that are judged, each with objects of its own.',
    ),
    reads: defaulted(
      Type.Unsafe<'judged' | 'counted'>({
        type: 'string',
        enum: ['judged', 'counted'],
        description:
          'Whether every read must show what is there while it is asked for, or is only counted where it is behind. A leader that is cut off, and does not know it yet, answers with what was. The last reads, when nobody writes any more, are judged always.',
      }),
      'judged',
    ),
  },
  'Objects that are read are whole and of a write that may be there; what was stored is there in the end, and what was deleted is gone.',
);
type Options = Static<typeof schema>;

export const objectsIntact: Checker<typeof schema> = {
  kind: 'objects-intact',
  summary: 'Objects are read whole, as some write that may be there left them, and are there in the end',
  proof:
    'For each object it looks for an order of the operations, each between its request and its answer, that explains what was read; one without an answer may have taken effect at any time, or never. It needs an object that was stored, and a last look at every object that has an answer. Without these, or where so much is without an answer that not all orders can be tried, it is inconclusive.',
  example: '{ kind: objects-intact, workloads: [object] }',
  schema,
  check({ history }, { workloads, reads }: Options) {
    const targets = workloads.map((name) => history.workloads[name]?.target ?? name);
    const cases = new Cases(targets.join(', '));
    for (const workload of workloads) judge(history, workload, reads, cases);
    return cases.finding('objects-intact', targets.join(', '), passed(cases));
  },
};

function judge(history: History, workload: string, reads: Options['reads'], cases: Cases): void {
  const { byName, listed, unknown } = objectOperations(history, workload);
  cases.count('unknown', unknown);
  let stored = false;
  for (const [name, object] of byName) {
    for (const { op, result, final } of object.ops) {
      cases.count(op === 'get' ? (final ? 'lastReads' : 'reads') : 'writes');
      stored ||= op === 'put' && result === 'ok';
    }
    for (const t of object.corrupt)
      cases.violation('corrupt', { t, text: () => `at ${at(t)} ${name} was read with content of no write` });
    judgeObject(name, object, reads, cases);
    judgeEnd(name, object, cases);
  }
  if (!stored) cases.inconclusive(`${workload} stored no object`);
  for (const { name, t, end, client } of listed) {
    cases.count('listed');
    const isStored = byName.get(name)?.ops.some(({ op, t: sent }) => op === 'put' && sent <= end) === true;
    const text = () => `at ${at(t)} client ${client + 1} listed ${name}, which nobody had stored`;
    if (!isStored) cases.violation('phantoms', { t, text });
  }
}

function judgeObject(name: string, { ops }: ObjectHistory, reads: Options['reads'], cases: Cases): void {
  const claimed = reads === 'judged' ? ops : ops.filter(({ op, final }) => op !== 'get' || final);
  if (reads === 'counted') {
    for (const read of ops.filter((one) => one.op === 'get' && isOfNobody(one, ops)))
      cases.violation('phantoms', {
        t: read.t,
        text: () => `${words(name, read)}, which was not stored by then`,
      });
    if (explain(ops, OBJECT_MODEL).found === 'none') cases.count('objectsReadBehind');
  }
  const explained = explain(claimed, OBJECT_MODEL);
  if (explained.found === 'order') return;
  if (explained.found === 'too-many') {
    cases.inconclusive(`so many operations on ${name} have no answer that not all their orders can be tried`);
    return;
  }
  const { op, states } = explained;
  const may = states.map((value) => (value === 0 ? 'nothing' : `write ${value}`)).join(' or ');
  const count = op.final ? 'wrongInTheEnd' : op.op === 'get' ? 'wrongReads' : 'untrueAnswers';
  const text = () => `${words(name, op)}, but no order of what was done explains that: ${may} was there`;
  cases.violation(count, { t: op.t, text });
}

/** Whether what was read had not even been sent by then. */
function isOfNobody({ value, end }: ObjectOp, ops: readonly ObjectOp[]): boolean {
  return value !== 0 && !ops.some((one) => one.op === 'put' && one.value === value && one.t <= end);
}

function judgeEnd(name: string, { end, endedAt, ops }: ObjectHistory, cases: Cases): void {
  if (end === 'torn') {
    const unanswered = ops.filter(({ op, result }) => op === 'put' && result === 'unknown').length;
    const why = unanswered === 0 ? '' : `; ${unanswered} writes to it have no answer`;
    cases.violation('torn', {
      t: endedAt,
      text: () => `in the end ${name} is there by its name, and its content does not come${why}`,
    });
  } else if (end !== 'read')
    cases.inconclusive(`${name} ${end === undefined ? 'was not read' : 'could not be read'} in the end`);
}

function words(name: string, { t, client, op, value, result, final }: ObjectOp): string {
  const who = final ? `in the end, at ${at(t)},` : `at ${at(t)} client ${client + 1}`;
  if (op === 'get') return `${who} read ${value === 0 ? 'no object' : `write ${value}`} under ${name}`;
  if (result === 'missing') return `${who} asked to delete ${name}, and was told that it is not there`;
  return `${who} had its ${op} of ${name} (write ${value}) confirmed`;
}

function passed(cases: Cases): string {
  const [writes, reads, last, unknown] = ['writes', 'reads', 'lastReads', 'unknown'].map((name) =>
    cases.counted(name),
  );
  return `${reads} reads were whole, and of writes that may have been there; ${last} objects are in the end as ${writes} writes, ${unknown} of them without an answer, may have left them`;
}
