import type { Blow, Way } from '../drivers/driver.ts';
import type { UndoRecord } from '../support/undo-record.ts';
import type { FaultContext, FaultTarget, UndoOwner } from './fault.ts';
import { linkControl } from './powers.ts';

/** Does one thing to every link of a target, each the way that is to be struck. */
export async function strikeLinks(ctx: FaultContext, target: FaultTarget, blow: Blow): Promise<void> {
  const strike = (way: Way): Promise<void> => {
    const links = target.links.filter((link) => wayOf(target, link) === way);
    return links.length === 0 ? Promise.resolve() : linkControl(ctx).strike(links, ctx.fault, blow, way);
  };
  await Promise.all([strike('both'), strike('out'), strike('back')]);
}

/** How whatever a fault does to links is undone. */
export function releaseOf(
  target: FaultTarget,
  _options: unknown,
  { driver, fault }: UndoOwner,
): UndoRecord[] {
  return [{ driver, op: 'links.release', args: { fault, links: target.links } }];
}

export function wayOf(target: FaultTarget, link: string): Way {
  return target.ways?.[link] ?? 'both';
}
