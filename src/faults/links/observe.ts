import type { LinkControl } from '../../drivers/driver.ts';
import type { Milliseconds } from '../../support/units.ts';
import type { FaultContext } from '../fault.ts';
import { linkControl } from '../capabilities.ts';

/** Links answer within milliseconds, so where silence is expected, this much silence proves it. */
const SILENT_MS = 200;
/** Another fault on the same link may only slow it down. */
const SHARED_MS = 1_000;
/** Where an answer is expected, a busy machine may be slow. */
const DEADLINE_MS = 5_000;

/** What the observation of one link needs. */
export interface LinkObservationOptions {
  link: string;
  control: LinkControl;
  /** Other faults that hold the link. */
  others: string[];
  /** How long to wait for an answer that may not come. */
  withinMs: Milliseconds;
}

/** Observes all links at once. @returns link id → what was observed */
export async function observeLinks<T>(
  ctx: FaultContext,
  links: readonly string[],
  observe: (options: LinkObservationOptions) => Promise<T>,
): Promise<Record<string, T>> {
  const control = linkControl(ctx);
  const observed = links.map(async (link) => {
    const owners = control.owners(link);
    const others = owners.filter((fault) => fault !== ctx.fault);
    const injected = others.length < owners.length;
    const withinMs = others.length > 0 ? SHARED_MS : injected ? SILENT_MS : DEADLINE_MS;
    return [link, await observe({ link, control, others, withinMs })] as const;
  });
  return Object.fromEntries(await Promise.all(observed));
}
