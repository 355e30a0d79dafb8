import type { Services } from '../drivers/driver.ts';
import type { SystemContext } from './fault.ts';

/** Whether a node answers its monitor, or the health check of a replica succeeds. */
export function answers(ctx: SystemContext, member: string): Promise<boolean> {
  return servicesOf(ctx, member)?.healthy(member) ?? ctx.observer.answers(member);
}

/** The services, when an address is that of a replica of one. */
export function servicesOf({ driver }: SystemContext, member: string): Services | undefined {
  const { services } = driver;
  return services?.list().some(({ address }) => address === member) === true ? services : undefined;
}

/** Observes all nodes at once. @returns node → what was observed of it */
export async function observeEach<T>(
  nodes: readonly string[],
  observe: (node: string) => Promise<T>,
): Promise<Record<string, T>> {
  const observed = nodes.map(async (node) => [node, await observe(node)] as const);
  return Object.fromEntries(await Promise.all(observed));
}

/** Whether something holds for every node; of no node nothing is proven. */
export function everyNode<T>(now: Record<string, T>, holds: (one: T, node: string) => boolean): boolean {
  const nodes = Object.entries(now);
  return nodes.length > 0 && nodes.every(([node, one]) => holds(one, node));
}
