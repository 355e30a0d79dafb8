import { expect } from 'vitest';
import type { Driver } from '../../src/drivers/driver.ts';
import type { Fault } from '../../src/faults/fault.ts';
import { until } from '../../src/support/deadline.ts';
import type { UndoRecord } from '../../src/support/undo-record.ts';
import { whole, type Environment } from './bring-up.ts';
import { UNSEEN } from './fault-cases.ts';

/** What every fault must do: clean, inject, proven, undo, proven clean, undo again. */
export async function proveFault(
  { driver, ctx }: Environment,
  fault: Fault,
  options: Record<string, unknown>,
): Promise<void> {
  const own = { ...ctx, fault: `${fault.kind}#1` };
  const target = await fault.resolve(own, options);
  expect(target.nodes.length + target.links.length).toBeGreaterThan(0);
  const look = () => fault.observe(own, target, options);
  const before = await look();
  expect(fault.vacuous(before)).toBeNull();
  expect(fault.inForce(before, before, options).proven).toBe(false);

  const records = fault.undo(target, options, { driver: driver.kind, fault: own.fault });
  await fault.inject(own, target, options);
  await until(async () => fault.inForce(before, await look(), options).proven, {
    timeoutMs: 10_000,
    what: `${fault.kind} in force`,
  });
  // A node that crashes again and again is whole for moments.
  await until(async () => UNSEEN.has(fault.kind) || (await driver.missing()).length > 0, {
    timeoutMs: 10_000,
    what: `${fault.kind} to show in the topology`,
  });

  // Twice, for doing it again is harmless; a machine that is busy may spoil one look.
  for (const time of ['removed', 'removed still']) {
    await undo(driver, records);
    await until(async () => fault.removed(before, await look(), options).proven, {
      timeoutMs: 30_000,
      what: `${fault.kind} ${time}`,
    });
  }
  await whole(driver);
  expect(await driver.bypasses()).toEqual([]);
}

export async function undo(driver: Driver, records: readonly UndoRecord[]): Promise<void> {
  for (const record of [...records].reverse()) await driver.replay(record);
}
