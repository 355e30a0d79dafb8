import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CutObservation } from '../../src/faults/links/cut.ts';
import type { FaultContext } from '../../src/faults/fault.ts';
import { faults } from '../../src/faults/index.ts';
import { probes } from '../../src/probes/index.ts';
import type { Reading } from '../../src/probes/probe.ts';
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

    it.each([
      ['gateways', { cluster: 'qa1a', direction: 'outbound' }, { value: 3 }],
      ['gateways', { cluster: 'qa1a', direction: 'inbound', remote: 'qa1b' }, { value: 3 }],
      ['gateways', { cluster: 'qa1b', direction: 'outbound', remote: 'qa1b' }, { value: 0 }],
      ['cluster-size', { cluster: 'qa1b' }, { value: 3 }],
      ['server-list', { cluster: 'qa1a' }, { value: 6 }],
      ['server-list', { cluster: 'qa1b' }, { value: 6 }],
      ['interest-mode', { account: 'APP', from: 'qa1a', to: 'qa1b' }, { value: 0, state: 'interest-only' }],
    ])('is read by the probe %s %j', async (kind, options, reading) => {
      expect(await readingOf(env, kind, options)).toEqual(reading);
    });

    it('counts the messages that cross, as the probe gateway-messages reads them', async () => {
      const options = { from: 'qa1a', to: 'qa1b' };
      const { driver } = env;
      const serversOf = (cluster: string) =>
        driver.nodes().flatMap((node) => (node.cluster === cluster ? [node.client] : []));
      const there = await driver.connect(serversOf('qa1b'), 'APP', 'test');
      const here = await driver.connect(serversOf('qa1a'), 'APP', 'test');
      try {
        let received = 0;
        there.subscribe('wanted', { callback: () => void (received += 1) });
        await there.flush();
        // The interest reaches the other cluster a moment later.
        await expect
          .poll(() => {
            here.publish('wanted');
            return received;
          })
          .toBeGreaterThan(0);
        const before = await readingOf(env, 'gateway-messages', options);
        for (let n = 0; n < 1000; n += 1) here.publish('wanted');
        await here.flush();
        await expect
          .poll(async () => (await readingOf(env, 'gateway-messages', options)).value)
          .toBeGreaterThanOrEqual((before.value ?? Infinity) + 1000);
      } finally {
        await Promise.all([here.close(), there.close()]);
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

function readingOf({ driver }: Environment, kind: string, options: object): Promise<Reading> {
  const probe = probes.find((one) => one.kind === kind)!;
  const ctx = {
    observer: driver.observer(),
    nodes: driver.nodes(),
    clients: driver,
    accounts: [],
    connectAs: () => Promise.reject(new Error('no user is asked for')),
    mirrorOf: () => undefined,
    progress: () => undefined,
    commandMark: {},
    signal: new AbortController().signal,
  };
  return probe.read(ctx, options);
}
