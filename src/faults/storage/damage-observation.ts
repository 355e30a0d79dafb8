import type { Damage, ProcessState, StoreEvent } from '../../drivers/driver.ts';
import type { FaultContext, FaultTarget, Proof } from '../fault.ts';
import { disk, processes } from '../capabilities.ts';
import { everyNode, observeEach } from '../per-node.ts';

/** One damaged file. A type alias, because an interface is not assignable to Json. */
type DamagedFile = {
  path: string;
  damage: Damage;
  sizeBytes: number;
  /** SHA-256 just before the damage, just after it, and at the observation; null: no such file. */
  before: string | null;
  after: string | null;
  now: string | null;
};

/** What is observed of nodes with damaged stores. */
export type DamageObservation = {
  [node: string]: {
    state: ProcessState;
    answers: boolean;
    damaged: DamagedFile[];
    /** SHA-256 of the whole store when it was copied, and when the copy was put back. */
    copied: string | null;
    putBack: string | null;
  };
};

export function observeDamage(ctx: FaultContext, target: FaultTarget): Promise<DamageObservation> {
  return observeEach(target.nodes, async (node) => {
    const events = disk(ctx).events(node, target.store?.mark ?? '');
    const [state, answers, ...damaged] = await Promise.all([
      processes(ctx).state(node),
      ctx.observer.answers(node),
      ...events.flatMap((event) => (event.op === 'damaged' ? [withChecksumNow(ctx, node, event)] : [])),
    ]);
    return {
      state,
      answers,
      damaged,
      copied: totalOf(events, 'copied'),
      putBack: totalOf(events, 'put-back'),
    };
  });
}

/** In force: every node runs on at least one file that has changed. */
export function damageInForce(now: DamageObservation): Proof {
  return {
    proven: everyNode(
      now,
      (node) =>
        runs(node) && node.damaged.length > 0 && node.damaged.every((file) => file.before !== file.after),
    ),
    statement: sentence(now, (node) => node.damaged.map(damageText).join(', ') || 'no file is damaged'),
  };
}

/**
 * Removed, as far as possible: every node runs again, and where its store was copied before, the copy was put back.
 * Without a copy the damage stays, and the sentence says what happened to the files.
 */
export function damageRemoved(now: DamageObservation): Proof {
  return {
    proven: everyNode(now, (node) => runs(node) && (node.copied === null || node.copied === node.putBack)),
    statement: sentence(now, (node) =>
      node.copied === null
        ? `nothing is put back: ${node.damaged.map(fateText).join(', ') || 'no file is damaged'}`
        : `its store, copied before the damage (SHA-256 ${short(node.copied)}), ${node.putBack === null ? 'is not put back' : `was put back (${short(node.putBack)})`}`,
    ),
  };
}

async function withChecksumNow(
  ctx: FaultContext,
  node: string,
  event: Extract<StoreEvent, { op: 'damaged' }>,
): Promise<DamagedFile> {
  const { path, damage, sizeBytes, before, after } = event;
  return { path, damage, sizeBytes, before, after, now: await disk(ctx).checksum(node, path) };
}

function totalOf(events: readonly StoreEvent[], op: 'copied' | 'put-back'): string | null {
  return events.flatMap((event) => (event.op === op ? [event.sha256] : [])).at(-1) ?? null;
}

function runs(node: DamageObservation[string]): boolean {
  return node.state === 'running' && node.answers;
}

function sentence(now: DamageObservation, more: (node: DamageObservation[string]) => string): string {
  return Object.entries(now)
    .map(
      ([name, node]) =>
        `${name} is ${node.state} and ${node.answers ? 'answers' : 'does not answer'}; ${more(node)}`,
    )
    .join('; ');
}

function damageText({ path, damage, sizeBytes, before, after }: DamagedFile): string {
  return `${path} (${sizeBytes} bytes) ${effectText(damage)}: SHA-256 ${short(before)} before, ${short(after)} after`;
}

function effectText(damage: Damage): string {
  switch (damage.kind) {
    case 'truncate':
      return `cut to ${damage.toBytes} bytes`;
    case 'delete':
      return 'deleted';
    case 'flip':
      return `has flipped bits at ${damage.bits.map(({ offset, bit }) => `${offset}.${bit}`).join(', ')}`;
  }
}

function fateText({ path, before, after, now }: DamagedFile): string {
  if (now === after) return `${path} is as the damage left it`;
  if (now === before) return `${path} is what it was before the damage: the server has repaired it`;
  return `${path} has been ${now === null ? 'removed' : 'written anew'} since`;
}

function short(checksum: string | null): string {
  return checksum?.slice(0, 12) ?? '(no file)';
}
