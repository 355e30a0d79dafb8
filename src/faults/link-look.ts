import type { LinkControl } from '../drivers/driver.ts';
import type { Milliseconds } from '../support/units.ts';
import type { FaultContext } from './fault.ts';
import { linkControl } from './powers.ts';

/** Links answer within milliseconds: longer silence, where silence is expected, is proof enough. */
const SILENT_MS = 200;
/** Other faults on the same link may only slow it down. */
const SHARED_MS = 1_000;
/** Where an answer is expected a busy machine may take its time. */
const PATIENT_MS = 5_000;

/** What a look at one link needs. */
export interface Look {
  link: string;
  control: LinkControl;
  /** Other faults that hold the link. */
  others: string[];
  /** How long to wait for what may not come. */
  withinMs: Milliseconds;
}

/** Looks at all links at once. @returns link id → what was seen */
export async function lookAt<T>(
  ctx: FaultContext,
  links: readonly string[],
  see: (look: Look) => Promise<T>,
): Promise<Record<string, T>> {
  const control = linkControl(ctx);
  const seen = links.map(async (link) => {
    const owners = control.owners(link);
    const others = owners.filter((fault) => fault !== ctx.fault);
    const struck = others.length < owners.length;
    const withinMs = others.length > 0 ? SHARED_MS : struck ? SILENT_MS : PATIENT_MS;
    return [link, await see({ link, control, others, withinMs })] as const;
  });
  return Object.fromEntries(await Promise.all(seen));
}
