import type { LinkEffect, LinkDirection } from '../../drivers/driver.ts';
import type { UndoRecord } from '../../support/undo-record.ts';
import type { FaultContext, FaultTarget, UndoOwner } from '../fault.ts';
import { linkControl } from '../capabilities.ts';

/** Injects one effect into every link of a target, each in its direction. */
export async function injectIntoLinks(
  ctx: FaultContext,
  target: FaultTarget,
  effect: LinkEffect,
): Promise<void> {
  const injectDirection = (direction: LinkDirection): Promise<void> => {
    const links = target.links.filter((link) => directionOf(target, link) === direction);
    return links.length === 0
      ? Promise.resolve()
      : linkControl(ctx).inject(links, ctx.fault, effect, direction);
  };
  await Promise.all([injectDirection('both'), injectDirection('out'), injectDirection('back')]);
}

/** Undo of any effect on links. */
export function releaseOf(
  target: FaultTarget,
  _options: unknown,
  { driver, fault }: UndoOwner,
): UndoRecord[] {
  return [{ driver, op: 'links.release', args: { fault, links: target.links } }];
}

export function directionOf(target: FaultTarget, link: string): LinkDirection {
  return target.directions?.[link] ?? 'both';
}
