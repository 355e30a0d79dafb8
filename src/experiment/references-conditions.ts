import { formatDuration } from '../support/units.ts';
import type { Complaints } from './complaints.ts';
import type { Inventory } from './inventory.ts';
import { durationOf, field, itemsOf, numberOf, textOf } from './lenient.ts';
import type { Pointer } from './pointer.ts';

/** Whether the conditions of an experiment can be met at all. */
export function checkConditions(value: unknown, inventory: Inventory, complaints: Complaints): void {
  const check = (items: unknown, at: Pointer, phase?: unknown): void => {
    itemsOf(items).forEach((item, i) => {
      checkContradictions(item, `${at}/${i}`, complaints);
      checkMirrorProbe(item, `${at}/${i}`, inventory, complaints);
      checkTimes(item, `${at}/${i}`, phase, complaints);
    });
  };
  check(field(value, 'steadyState'), '/steadyState');
  check(field(value, 'probes'), '/probes');
  check(field(value, 'stopWhen'), '/stopWhen');
  itemsOf(field(value, 'method')).forEach((phase, i) => {
    check(field(phase, 'expect'), `/method/${i}/expect`, phase);
    check(field(phase, 'until'), `/method/${i}/until`);
  });
}

function checkContradictions(item: unknown, at: Pointer, complaints: Complaints): void {
  const min = numberOf(field(item, 'min'));
  const max = numberOf(field(item, 'max'));
  const equals = numberOf(field(item, 'equals'));
  const moves = ['advances', 'grows'].filter((name) => field(item, name) === true);
  if (min !== undefined && max !== undefined && min > max) {
    complaints.error(`${at}/min`, `min ${min} is above max ${max}: no reading can satisfy both`);
  }
  if (equals !== undefined && ((min !== undefined && equals < min) || (max !== undefined && equals > max))) {
    complaints.error(
      `${at}/equals`,
      `equals ${equals} is outside min and max: no reading can satisfy them all`,
    );
  }
  const [move] = moves;
  if (equals !== undefined && move !== undefined) {
    complaints.error(`${at}/${move}`, `a reading that always equals ${equals} cannot satisfy ${move}: true`);
  }
  const still = ['advances', 'grows'].find((name) => field(item, name) === false);
  if (move !== undefined && still !== undefined) {
    complaints.error(`${at}/${still}`, `${move}: true and ${still}: false exclude one another`);
  }
}

const MIRROR_PROBES = ['mirror-lag', 'mirror-state'];

function checkMirrorProbe(item: unknown, at: Pointer, inventory: Inventory, complaints: Complaints): void {
  const kind = textOf(field(item, 'kind')) ?? '';
  const address = textOf(field(item, 'stream')) ?? '';
  const stream = inventory.streams.get(address);
  if (!MIRROR_PROBES.includes(kind) || !stream || stream.mirror !== undefined) return;
  const mirrors = [...inventory.streams].filter(([, one]) => one.mirror === address).map(([name]) => name);
  const meant = mirrors.length === 0 ? '' : `; its mirrors: ${mirrors.join(', ')}`;
  complaints.error(`${at}/stream`, `${address} is not a mirror, and ${kind} reads mirrors${meant}`);
}

/** A condition that only counts once the phase is over is no condition. */
function checkTimes(item: unknown, at: Pointer, phase: unknown, complaints: Complaints): void {
  const lasts = durationOf(field(phase, 'for'));
  const within = durationOf(field(item, 'within'));
  const after = durationOf(field(item, 'after'));
  for (const [name, ms] of [
    ['within', within],
    ['after', after],
  ] as const) {
    if (lasts !== undefined && ms !== undefined && ms >= lasts) {
      complaints.error(
        `${at}/${name}`,
        `${name} ${formatDuration(ms)} reaches beyond the phase, which lasts ${formatDuration(lasts)}: the condition would never be judged`,
      );
    }
  }
}
