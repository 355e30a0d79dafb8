import type { History } from '../../history/history.ts';
import { OBJECT_OPERATIONS } from '../../history/operations.ts';
import type { Model, Timed } from '../model/search.ts';

/** An operation on one object. */
export interface ObjectOp extends Timed {
  client: number;
  op: 'put' | 'get' | 'delete';
  /** The number of the write, or of the one that was read; 0: nothing was found. */
  value: number;
  /** `unknown`: no answer came; `missing`: there was nothing to delete. */
  result: 'ok' | 'missing' | 'unknown';
  /** The last look, when nobody wrote any more. */
  final: boolean;
}

/** An object: the number of the write that it is of, or 0. */
export const OBJECT_MODEL: Model<number, ObjectOp> = {
  initial: 0,
  key: String,
  apply(state, { op, value, result }) {
    if (op === 'get') return value === state ? state : undefined;
    if (result === 'missing') return state === 0 ? state : undefined;
    const after = op === 'put' ? value : 0;
    return result === 'unknown' && after === state ? undefined : after;
  },
};

/** What is known of one object besides its operations. */
export interface ObjectHistory {
  ops: ObjectOp[];
  /** When content came that no write explains. */
  corrupt: number[];
  /** How the last look at it ended; left out where there was none. */
  end?: 'read' | 'torn' | 'no-answer';
  endedAt: number;
}

export interface ObjectOperations {
  byName: Map<string, ObjectHistory>;
  /** Names that were listed, and when. */
  listed: { name: string; t: number; end: number; client: number }[];
  unknown: number;
}

/** The operations of one workload; reads without an answer say nothing, and are left out. */
export function objectOperations(history: History, workload: string): ObjectOperations {
  const all: ObjectOperations = { byName: new Map(), listed: [], unknown: 0 };
  const keys = history.operationKeys(workload);
  const statuses = history.operationStatuses(workload);
  for (const rows of history.operations(workload)) {
    for (let row = 0; row < rows.length; row += 1) {
      const op = OBJECT_OPERATIONS[rows.op[row] ?? 0] ?? 'list';
      const name = keys[rows.key[row] ?? 0] ?? '';
      const status = statuses[rows.status[row] ?? 0] ?? { outcome: 'unknown' as const };
      const { outcome, refused, found, final = false } = status;
      const [t, client, value] = [rows.t[row] ?? 0, rows.client[row] ?? 0, rows.value[row] ?? 0];
      const end = t + (rows.latency[row] ?? 0) / 1000;
      if (op === 'listed') all.listed.push({ name, t, end, client });
      if (op === 'list' || op === 'listed') continue;
      const one = objectOf(all, name);
      if (final) Object.assign(one, { end: endOf(outcome, found), endedAt: end });
      if (op === 'get') {
        if (found === 'other') one.corrupt.push(t);
        else if (outcome === 'ok')
          one.ops.push({
            t,
            end,
            client,
            op,
            value: found === 'nothing' ? 0 : value,
            result: 'ok',
            final,
          });
        continue;
      }
      const result = refused === 'missing' ? 'missing' : outcome === 'ok' ? 'ok' : 'unknown';
      if (result === 'unknown') all.unknown += 1;
      one.ops.push({
        t,
        end: result === 'unknown' ? Infinity : end,
        client,
        op,
        value,
        result,
        final: false,
      });
    }
  }
  return all;
}

function endOf(outcome: string, found: string | undefined): ObjectHistory['end'] {
  return found === 'torn' ? 'torn' : outcome === 'ok' ? 'read' : 'no-answer';
}

function objectOf({ byName }: ObjectOperations, name: string): ObjectHistory {
  const known = byName.get(name);
  if (known !== undefined) return known;
  const made: ObjectHistory = { ops: [], corrupt: [], endedAt: 0 };
  byName.set(name, made);
  return made;
}
