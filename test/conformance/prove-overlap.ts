import { expect } from 'vitest';
import type { Fault } from '../../src/faults/fault.ts';
import { latency } from '../../src/faults/links/latency.ts';
import { packetLoss } from '../../src/faults/links/packet-loss.ts';
import { partition } from '../../src/faults/links/partition.ts';
import { until } from '../../src/support/deadline.ts';
import { whole, type Environment } from './bring-up.ts';
import { undo } from './prove-fault.ts';

type Side = string | string[];

/** Two partitions that share links, in every mix of modes: each ends with its own release, and no earlier. */
export async function proveOverlap(env: Environment): Promise<void> {
  const cut = (number: number, between: [Side, Side], mode: 'reset' | 'blackhole') =>
    injected(env, partition, number, { between, direction: 'both', mode });
  for (const [first, second] of [
    ['reset', 'reset'],
    ['blackhole', 'blackhole'],
    ['reset', 'blackhole'],
    ['blackhole', 'reset'],
  ] as const) {
    const wide = await cut(1, ['qa1a', 'qa1b'], first);
    const narrow = await cut(2, ['qa1a/js1-qa1a', ['qa1b', 'qa1a/js2-qa1a']], second);
    expect(wide.links.some((link) => narrow.links.includes(link))).toBe(true);

    await wide.release();
    expect(await narrow.holds(), `${second}, after the release of ${first}`).toBe(true);
    await narrow.release();
    await whole(env.driver);
  }
}

/** Packets are lost on links that others delay and cut: each of these ends with its own release, and no earlier. */
export async function proveLossBesideOthers(env: Environment): Promise<void> {
  const between: [Side, Side] = ['qa1a/js1-qa1a', ['qa1a/js2-qa1a', 'qa1a/js3-qa1a']];
  const loss = await injected(env, packetLoss, 1, { between, share: 0.02, direction: 'both' });
  const delay = await injected(env, latency, 1, { between, direction: 'both', latency: 100, jitter: 0 });
  const cut = await injected(env, partition, 1, { between, direction: 'both', mode: 'reset' });
  await cut.release();
  await delay.release();
  expect(await loss.holds()).toBe(true);
  await loss.release();
  await whole(env.driver);
}

/** A fault proven in force, and what can be asked of it. */
async function injected(env: Environment, fault: Fault, number: number, fields: Record<string, unknown>) {
  const { driver } = env;
  const ctx = { ...env.ctx, fault: `${fault.kind}#${number}` };
  const options = { kind: fault.kind, ...fields, keep: false };
  const target = await fault.resolve(ctx, options);
  const observe = () => fault.observe(ctx, target, options);
  const before = await observe();
  const holds = async () => fault.inForce(before, await observe(), options).proven;
  await fault.inject(ctx, target, options);
  await until(holds, { timeoutMs: 30_000, what: `${ctx.fault} in force` });
  const release = async (): Promise<void> => {
    await undo(driver, fault.undo(target, options, { driver: driver.kind, fault: ctx.fault }));
    await until(async () => fault.removed(before, await observe(), options).proven, {
      timeoutMs: 30_000,
      what: `${ctx.fault} removed`,
    });
  };
  return { links: target.links, holds, release };
}
