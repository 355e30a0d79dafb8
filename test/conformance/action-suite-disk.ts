import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ActionContext } from '../../src/actions/action.ts';
import { rollbackStorage } from '../../src/actions/storage/rollback-storage.ts';
import { snapshotStorage } from '../../src/actions/storage/snapshot-storage.ts';
import type { Driver } from '../../src/drivers/driver.ts';
import { until } from '../../src/support/deadline.ts';
import { bringUp, whole, type DriverUnderTest, type Environment } from './bring-up.ts';

/** What the actions on stores must do, on every driver with the capability disk. */
export function diskActionSuite(name: string, subject: DriverUnderTest): void {
  describe(`actions on stores, ${name} driver`, () => {
    let env: Environment;
    let driver: Driver;
    let ctx: ActionContext;

    beforeAll(async () => {
      env = await bringUp(subject);
      ({ driver, ctx } = env);
    });

    afterAll(() => env.takeDown());

    const snapshot = { kind: 'snapshot-storage', nodes: 'qa1a@all', as: 'early' } as const;
    const rollback = { kind: 'rollback-storage', nodes: 'qa1a@all', as: 'early', within: 60_000 } as const;

    it('rolls every replica back to what was stored when the copies were taken', async () => {
      await publish(driver, 40);
      const copied = await snapshotStorage.perform(ctx, snapshot);
      const copies = copied?.split('; ') ?? [];
      expect(copies).toHaveLength(3);
      await publish(driver, 60);
      expect((await driver.observer().streamInfo('qa1a/qa')).lastSeq).toBe(100);

      const rolledBack = await rollbackStorage.perform(ctx, rollback);
      expect(rolledBack?.split('; ')).toEqual([
        ...copies.map((copy) => `put back, as it was copied, ${copy.replace('copied ', '')}`),
        'all of them answer again',
      ]);
      const last = await until(async () => (await driver.observer().streamInfo('qa1a/qa')).lastSeq, {
        timeoutMs: 60_000,
        what: 'the stream after the rollback',
      });
      expect(last).toBeLessThanOrEqual(40);
      expect(last).toBeGreaterThan(0);
      await whole(driver);
    });

    it('uses a copy up, and says which is not there before it touches a node', async () => {
      await expect(rollbackStorage.perform(ctx, rollback)).rejects.toThrow(
        /^there is no copy "early" of the store of qa1a\/js1-qa1a, qa1a\/js2-qa1a, qa1a\/js3-qa1a$/,
      );
      expect(await driver.missing()).toEqual([]);
    });

    it('copies nothing when a node is down, and leaves the others running', async () => {
      await driver.processes?.stop('qa1a/js2-qa1a');
      await expect(snapshotStorage.perform(ctx, snapshot)).rejects.toThrow(
        'qa1a/js2-qa1a is down; expected it to run',
      );
      expect(driver.disk?.hasCopy('qa1a/js1-qa1a', 'snapshot-early')).toBe(false);
      expect(await driver.processes?.state('qa1a/js1-qa1a')).toBe('running');
      await driver.processes?.start('qa1a/js2-qa1a');
      await whole(driver);
    });
  });
}

async function publish(driver: Driver, count: number): Promise<void> {
  const servers = driver.clientServers('qa1a').map(({ server }) => server);
  const connection = await driver.connect(servers, 'APP', 'test');
  for (let i = 0; i < count; i += 1) {
    const answer = await connection.request('events.qa.qa1a.x', `message ${i}`, { timeout: 5_000 });
    expect(answer.json()).toMatchObject({ stream: 'qa' });
  }
  await connection.close();
}
