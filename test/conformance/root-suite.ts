import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faults } from '../../src/faults/index.ts';
import { bringUp, whole, type DriverUnderTest, type Environment } from './bring-up.ts';
import { fill } from './driver-suite.ts';
import { ROOT_FAULT_CASES } from './fault-cases.ts';
import { proveFault } from './prove-fault.ts';
import { proveLossBesideOthers } from './prove-overlap.ts';
import { packetLoss } from '../../src/faults/links/packet-loss.ts';

/** What the faults that need root must do, on every driver with their capabilities. */
export function rootSuite(name: string, subject: DriverUnderTest): void {
  // The memory first: once a server was started again it has little of its files in memory that could be taken from it.
  const ours = faults
    .filter(({ kind }) => kind in ROOT_FAULT_CASES)
    .sort((a, b) => Number(b.kind === 'memory-limit') - Number(a.kind === 'memory-limit'));
  describe(`faults that need root, ${name} driver`, () => {
    let env: Environment;

    beforeAll(async () => {
      env = await bringUp(subject);
      await fill(env);
      await fillMemory(env);
    });

    afterAll(() => env.takeDown());

    for (const fault of ours) {
      for (const options of ROOT_FAULT_CASES[fault.kind] ?? []) {
        it(`${fault.kind} ${JSON.stringify(options)}: clean, inject, proven, undo, proven clean, undo again`, async () => {
          const prove = (): Promise<void> => proveFault(env, fault, options);
          // A limit is reached by who needs more, and a server that only answers may need nothing.
          await (fault.kind === 'memory-limit' ? whileFilling(env, prove) : prove());
        });
      }
    }

    it('loses packets on links that others delay and cut', () => proveLossBesideOthers(env));

    it('takes no loss for proven while packets pass and none of them is dropped', async () => {
      const { driver } = env;
      const ctx = { ...env.ctx, fault: 'packet-loss#1' };
      const link = 'route~qa1a.js2-qa1a~qa1a.js1-qa1a';
      const target = { nodes: [], links: [link], roles: {} };
      const options = {
        kind: 'packet-loss',
        between: ['qa1a/js1-qa1a', 'qa1a/js2-qa1a'] as [string, string],
        share: 0.01,
        direction: 'both',
        keep: false,
      } as const;
      const before = await packetLoss.observe(ctx, target, options);
      await driver.packets?.drop({ [link]: 'both' }, ctx.fault, 1e-9);
      const now = await packetLoss.observe(ctx, target, options);
      expect(now[link]?.out?.seen).toBeGreaterThan(50);
      expect(now[link]?.back?.seen).toBeGreaterThan(50);
      expect(packetLoss.inForce(before, now, options)).toMatchObject({
        proven: false,
        statement: expect.stringMatching(/^the kernel has dropped 0 of \d+ packets \(0%\)/) as string,
      });
      expect(packetLoss.removed(before, now, options).proven).toBe(false);
      await driver.packets?.release(ctx.fault);
      const after = await packetLoss.observe(ctx, target, options);
      expect(packetLoss.removed(before, after, options).proven).toBe(true);
    });

    it('copies a store on a filesystem of its own, and puts it back', async () => {
      const { driver } = env;
      const node = 'qa1a/js2-qa1a';
      await driver.processes?.stop(node);
      const copied = await driver.disk?.copyStore(node, 'early');
      expect(copied?.files).toBeGreaterThan(0);
      expect(await driver.disk?.putBack(node, 'early')).toEqual(copied);
      expect(await driver.filesystems?.observe(node)).toMatchObject({ mounted: true, write: 'ok' });
      await driver.processes?.start(node);
      await whole(driver);
    });

    it('shuts nothing down that is no filesystem of its own', async () => {
      await expect(env.driver.filesystems?.cutPower(['qa1a/nobody'])).rejects.toThrow(
        'no filesystem of its own',
      );
    });
  });
}

/** Has every node of a cluster write on meanwhile. */
async function whileFilling({ driver }: Environment, use: () => Promise<void>): Promise<void> {
  const servers = driver.clientServers('qa1a').map(({ server }) => server);
  const connection = await driver.connect(servers, 'APP', 'test');
  const timer = setInterval(() => {
    connection.publish('events.qa.qa1a.filled', new Uint8Array(64 * 1024));
  }, 50);
  try {
    await use();
  } finally {
    clearInterval(timer);
    await connection.close();
  }
}

/** What a server has written stays in memory as well, and counts as its own. */
async function fillMemory({ driver }: Environment): Promise<void> {
  const servers = driver.clientServers('qa1a').map(({ server }) => server);
  const connection = await driver.connect(servers, 'APP', 'test');
  for (let i = 0; i < 200; i += 1) {
    await connection.request('events.qa.qa1a.filled', new Uint8Array(64 * 1024), { timeout: 10_000 });
  }
  await connection.close();
}
