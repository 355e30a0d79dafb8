import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CutObservation } from '../../src/faults/cut.ts';
import type { FaultContext } from '../../src/faults/fault.ts';
import { faults } from '../../src/faults/index.ts';
import { superClusterSpec } from '../support/super-cluster-spec.ts';
import { sleep } from '../../src/support/deadline.ts';
import { bringUp, whole, type DriverUnderTest, type Environment } from './bring-up.ts';
import { fill } from './driver-suite.ts';
import { apart, GATEWAY_CASES } from './gateway-cases.ts';
import { proveFault, undo } from './prove-fault.ts';

/** What every driver must do with clusters that gateways join. */
export function gatewaySuite(name: string, create: DriverUnderTest['create']): void {
  describe(`${name} driver with gateways`, () => {
    let env: Environment;

    beforeAll(async () => {
      env = await bringUp({ create, spec: () => superClusterSpec() });
      await fill(env);
    });

    afterAll(() => env.takeDown());

    it('is whole: every server has its connection to the other cluster, through a proxy of its own', async () => {
      const { driver } = env;
      expect(await driver.missing()).toEqual([]);
      expect(await driver.bypasses()).toEqual([]);
      expect(driver.links().filter(({ kind }) => kind === 'gateway')).toHaveLength(18);
      for (const { address, cluster } of driver.nodes()) {
        const { outbound } = await driver.observer().gateways(address);
        expect(outbound).toEqual([
          expect.objectContaining({ cluster: cluster === 'qa1a' ? 'qa1b' : 'qa1a' }),
        ]);
        // Whoever it has reached is known by name, and is one of the other cluster.
        expect(driver.nodes().find((node) => node.name === outbound[0]?.name)?.cluster).toBe(
          outbound[0]?.cluster,
        );
      }
    });

    it('keeps each stream in its cluster, and mirrors across the gateway without more ado', async () => {
      const observer = env.driver.observer();
      for (const { address, cluster } of env.spec.streams) {
        const { leader, followers } = await observer.streamInfo(address);
        for (const server of [leader, ...followers]) expect(server).toMatch(new RegExp(`-${cluster}$`));
      }
      await expect
        .poll(async () => (await observer.streamInfo('qa1b/qa_mirror_qa1a')).messages, { timeout: 60_000 })
        .toBe(50);
    });

    it('finds the connections that a partition has to end in what the servers report', async () => {
      const partition = faults.find(({ kind }) => kind === 'partition')!;
      const options = { ...apart, direction: 'both', mode: 'reset' };
      const ctx: FaultContext = { ...env.ctx, fault: 'partition#1' };
      const target = await partition.resolve(ctx, options);
      const { connections } = (await partition.observe(ctx, target, options)) as CutObservation;
      // Each server has its own, and which node it has reached is its choice.
      expect(connections.map((text) => text.split(' to ')[0]).sort()).toEqual(
        env.driver.nodes().map(({ address }) => address),
      );
    });

    it('keeps an isolated server away also when its peers have told it of their ways to the other cluster', async () => {
      const { driver } = env;
      const isolate = faults.find(({ kind }) => kind === 'isolate')!;
      const options = { nodes: 'qa1a/js2-qa1a', clients: false, mode: 'reset' };
      // Servers pass on what they know whenever a route between them comes up.
      await proveFault(env, isolate, options);
      const ctx: FaultContext = { ...env.ctx, fault: 'isolate#2' };
      const target = await isolate.resolve(ctx, options);
      await isolate.inject(ctx, target, options);
      // It dials every second, and a server that it must not reach turns it away at once.
      await sleep(2_500);
      for (let reading = 0; reading < 30; reading += 1) {
        expect((await driver.observer().gateways('qa1a/js2-qa1a')).outbound).toEqual([]);
        await sleep(50);
      }
      await undo(driver, isolate.undo(target, options, { driver: driver.kind, fault: ctx.fault }));
      await whole(driver);
    });

    it.each(GATEWAY_CASES)(
      '%s %j: clean, inject, proven, undo, proven clean, undo again',
      async (kind, options) => {
        const fault = faults.find((one) => one.kind === kind)!;
        await proveFault(env, fault, options);
      },
    );
  });
}
