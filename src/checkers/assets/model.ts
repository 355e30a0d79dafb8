import type { AssetOperation } from '../../history/operations.ts';
import type { Model, Timed } from '../model/search.ts';

/** An operation on a stream, or on one of its consumers. */
export interface AssetOp extends Timed {
  client: number;
  op: Exclude<AssetOperation, 'list'>;
  /** `churn-3`, or `churn-3/worker-1`. */
  key: string;
  /** 0: the stream itself; otherwise the consumer of this number. */
  part: number;
  /** The number of the write. */
  value: number;
  /** `unknown`: no answer came; `there`, `absent`: what a list showed. */
  result: 'ok' | 'exists' | 'missing' | 'unknown' | 'there' | 'absent';
}

/** The write of which the stream, and each consumer, has its configuration; 0: it is not there. */
export type AssetState = readonly number[];

/** A stream with its consumers: they go when it goes. */
export function assetModel(consumers: number): Model<AssetState, AssetOp> {
  const absent: AssetState = Array.from({ length: consumers + 1 }, () => 0);
  return {
    initial: absent,
    key: (state) => state.join(),
    apply(state, op) {
      const isThere = state[0] !== 0;
      if (op.op === 'listed') return isThere === (op.result === 'there') ? state : undefined;
      const possible = outcomeOf(state, op);
      if (op.result === 'unknown') return possible === 'ok' ? after(state, op, absent) : undefined;
      if (op.result !== possible) return undefined;
      return possible === 'ok' ? after(state, op, absent) : state;
    },
  };
}

function outcomeOf(state: AssetState, { op, part }: AssetOp): 'ok' | 'exists' | 'missing' {
  if (part > 0 && state[0] === 0) return 'missing';
  const isThere = state[part] !== 0;
  if (op === 'create' || op === 'createConsumer') return isThere ? 'exists' : 'ok';
  return isThere ? 'ok' : 'missing';
}

function after(state: AssetState, { op, part, value }: AssetOp, absent: AssetState): AssetState {
  if (op === 'delete') return absent;
  return state.map((one, at) => (at === part ? (op === 'deleteConsumer' ? 0 : value) : one));
}
