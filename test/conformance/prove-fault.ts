import { expect } from 'vitest';
import type { Driver } from '../../src/drivers/driver.ts';
import type { Fault } from '../../src/faults/fault.ts';
import { until } from '../../src/support/deadline.ts';
import type { UndoRecord } from '../../src/support/undo-record.ts';
import { whole, type Environment } from './bring-up.ts';
import { TOPOLOGY_UNCHANGED } from './fault-cases.ts';

/** What every fault must do: clean, inject, proven, undo, proven clean, undo again. */
export async function proveFault(
  { driver, ctx }: Environment,
  fault: Fault,
  options: Record<string, unknown>,
): Promise<void> {
  const own = { ...ctx, fault: `${fault.kind}#1` };
  const target = await fault.resolve(own, options);
  expect(target.nodes.length + target.links.length).toBeGreaterThan(0);
  const observe = () => fault.observe(own, target, options);
  // On a machine that is as slow as the fault would make it, there is nothing to see: that passes.
  const before = await until(
    async () => {
      const observation = await observe();
      const vacuous = fault.vacuous(observation);
      if (vacuous !== null) throw new Error(vacuous);
      return observation;
    },
    { timeoutMs: 30_000, everyMs: 500, what: `${fault.kind} not in force yet` },
  );
  expect(fault.inForce(before, before, options).proven).toBe(false);

  const records = fault.undo(target, options, { driver: driver.kind, fault: own.fault });
  try {
    await fault.inject(own, target, options);
    await until(
      async () => {
        const { proven, statement } = fault.inForce(before, await observe(), options);
        if (!proven) throw new Error(statement);
        return true;
      },
      { timeoutMs: 30_000, what: `${fault.kind} in force` },
    );
    // A node that crashes again and again is whole for moments.
    await until(async () => TOPOLOGY_UNCHANGED.has(fault.kind) || (await driver.missing()).length > 0, {
      timeoutMs: 30_000,
      what: `${fault.kind} to show in the topology`,
    });
  } catch (error) {
    // The cases after this one need an environment without it.
    await undo(driver, records);
    throw error;
  }

  // Twice, for doing it again is harmless; a machine that is busy may spoil one look.
  for (const time of ['removed', 'removed still']) {
    await undo(driver, records);
    await until(async () => fault.removed(before, await observe(), options).proven, {
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
