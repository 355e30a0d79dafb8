import { conditionsOf } from '../../resolve/conditions-of.ts';
import type { Complaints } from '../../source/complaints.ts';
import { field, numberOf } from '../../source/lenient.ts';
import type { Pointer } from '../../source/pointer.ts';
import type { ExperimentRule } from '../rule.ts';

export const contradictions: ExperimentRule = {
  name: 'conditions/contradictions',
  demand: 'Some reading could fulfil all parts of the condition.',
  check({ value, complaints }) {
    for (const { item, at } of conditionsOf(value)) {
      checkLimits(item, at, complaints);
      checkMoves(item, at, complaints);
      checkGrowth(item, at, complaints);
    }
  },
};

function checkLimits(item: unknown, at: Pointer, complaints: Complaints): void {
  const min = numberOf(field(item, 'min'));
  const max = numberOf(field(item, 'max'));
  const equals = numberOf(field(item, 'equals'));
  if (min !== undefined && max !== undefined && min > max) {
    complaints.error(`${at}/min`, `min ${min} is above max ${max}: no reading can satisfy both`);
  }
  if (equals !== undefined && ((min !== undefined && equals < min) || (max !== undefined && equals > max))) {
    complaints.error(
      `${at}/equals`,
      `equals ${equals} is outside min and max: no reading can satisfy them all`,
    );
  }
}

const MOVES = ['advances', 'grows'];

function checkMoves(item: unknown, at: Pointer, complaints: Complaints): void {
  const equals = numberOf(field(item, 'equals'));
  const move = MOVES.find((name) => field(item, name) === true);
  const still = MOVES.find((name) => field(item, name) === false);
  if (equals !== undefined && move !== undefined) {
    complaints.error(`${at}/${move}`, `a reading that always equals ${equals} cannot satisfy ${move}: true`);
  }
  if (move !== undefined && still !== undefined) {
    complaints.error(`${at}/${still}`, `${move}: true and ${still}: false exclude one another`);
  }
}

function checkGrowth(item: unknown, at: Pointer, complaints: Complaints): void {
  const least = numberOf(field(item, 'growsAtLeast'));
  const most = numberOf(field(item, 'growsAtMost'));
  if (least === undefined) return;
  if (most !== undefined && least > most) {
    complaints.error(`${at}/growsAtLeast`, `growsAtLeast ${least} is above growsAtMost ${most}`);
  }
  const still = ['equals', ...MOVES.filter((name) => field(item, name) === false)].find(
    (name) => field(item, name) !== undefined,
  );
  if (still !== undefined) {
    complaints.error(
      `${at}/growsAtLeast`,
      `a reading that grows by at least ${least} cannot satisfy ${still}: ${String(field(item, still))}`,
    );
  }
}
