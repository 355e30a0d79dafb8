import { expect } from 'vitest';
import { partition } from '../../src/faults/partition.ts';
import { until } from '../../src/support/deadline.ts';
import { whole, type Environment } from './bring-up.ts';
import { undo } from './prove-fault.ts';

type Mode = 'reset' | 'blackhole';

/** Two partitions that share links, in every mix of modes: each ends with its own release, and no earlier. */
export async function proveOverlap(env: Environment): Promise<void> {
  for (const [first, second] of [
    ['reset', 'reset'],
    ['blackhole', 'blackhole'],
    ['reset', 'blackhole'],
    ['blackhole', 'reset'],
  ] as const) {
    const wide = await struck(env, 'partition#1', ['qa1a', 'qa1b'], first);
    const narrow = await struck(env, 'partition#2', ['qa1a/js1-qa1a', ['qa1b', 'qa1a/js2-qa1a']], second);
    expect(wide.links.some((link) => narrow.links.includes(link))).toBe(true);

    await wide.release();
    expect(await narrow.holds(), `${second}, after the release of ${first}`).toBe(true);
    await narrow.release();
    await whole(env.driver);
  }
}

/** A partition proven in force, and what can be asked of it. */
async function struck(env: Environment, fault: string, between: [string, string | string[]], mode: Mode) {
  const { driver } = env;
  const ctx = { ...env.ctx, fault };
  const options = { kind: 'partition', between, direction: 'both', mode, keep: false } as const;
  const target = await partition.resolve(ctx, options);
  const look = () => partition.observe(ctx, target, options);
  const before = await look();
  const holds = async () => partition.inForce(before, await look(), options).proven;
  await partition.inject(ctx, target, options);
  await until(holds, { timeoutMs: 10_000, what: `${fault} in force` });
  const release = async (): Promise<void> => {
    await undo(driver, partition.undo(target, options, { driver: driver.kind, fault }));
    await until(async () => partition.removed(before, await look(), options as never).proven, {
      timeoutMs: 30_000,
      what: `${fault} removed`,
    });
  };
  return { links: target.links, holds, release };
}
