import { at } from '../kv/cases.ts';
import type { AssetOp, AssetState } from './model.ts';

const VERBS: Readonly<Record<AssetOp['op'], string>> = {
  create: 'make',
  update: 'change',
  delete: 'delete',
  createConsumer: 'make',
  updateConsumer: 'change',
  deleteConsumer: 'delete',
  listed: 'list',
};

const MOST_STATES = 3;

/** `at 1.234 s client 2 was told that churn-3, which it asked to change, is missing`. */
export function contradiction(op: AssetOp, states: readonly AssetState[]): string {
  return `${told(op)}, but no order of what was done explains that: it ${wordsOf(states)}`;
}

function told({ t, client, op, key, result, value }: AssetOp): string {
  const who = `at ${at(t)} client ${client + 1}`;
  if (op === 'listed')
    return `${who} listed streams, and ${key} was ${result === 'there' ? '' : 'not '}among them`;
  const asked = `${who} asked to ${VERBS[op]} ${key} (write ${value})`;
  if (result === 'ok') return `${asked}, and it was done`;
  return `${asked}, and was told that it ${result === 'exists' ? 'is there already' : 'is not there'}`;
}

/** What a stream may be: `was as write 4 made it, with consumers 1 (write 6), or was not there`. */
export function wordsOf(states: readonly AssetState[]): string {
  const shown = states.slice(0, MOST_STATES).map(wordsOfOne);
  const more = states.length > MOST_STATES ? ` or one of ${states.length - MOST_STATES} other things` : '';
  return shown.join(', or ') + more;
}

function wordsOfOne([stream = 0, ...consumers]: AssetState): string {
  if (stream === 0) return 'was not there';
  const there = consumers.flatMap((value, i) => (value === 0 ? [] : `worker-${i + 1} of write ${value}`));
  return `had the configuration of write ${stream}${there.length === 0 ? ' and no consumer' : `, and ${there.join(' and ')}`}`;
}
