import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Driver } from '../../src/drivers/driver.ts';
import type { FaultTarget, SystemContext } from '../../src/faults/fault.ts';
import { faults } from '../../src/faults/index.ts';
import type { MonitorEndpoint } from '../../src/nats/monitor/endpoints.ts';
import { monitor } from '../../src/probes/monitoring/monitor.ts';
import type { ProbeContext } from '../../src/probes/probe.ts';
import { bringUp, whole, type DriverUnderTest, type Environment } from './bring-up.ts';
import { FAULT_CASES, ROOT_FAULT_CASES } from './fault-cases.ts';
import { proveFault } from './prove-fault.ts';
import { proveOverlap } from './prove-overlap.ts';

/** What every driver, and every fault on it, must do. */
export function driverSuite(name: string, subject: DriverUnderTest): void {
  describe(`${name} driver`, () => {
    let env: Environment;
    let driver: Driver;
    let ctx: SystemContext;

    beforeAll(async () => {
      env = await bringUp(subject);
      ({ driver, ctx } = env);
      await fill(env);
    });

    afterAll(() => env.takeDown());

    it('journals how to undo the environment before it makes one', () => {
      expect(env.journal[0]).toMatchObject({ driver: driver.kind, op: 'environment.reap' });
    });

    it('is whole once it is started: every node runs, every link is up, nothing goes round a proxy', async () => {
      expect(driver.nodes()).toHaveLength(6);
      expect(await driver.missing()).toEqual([]);
      expect(await driver.bypasses()).toEqual([]);
    });

    it('has made every stream with its leader and replicas, and every consumer', async () => {
      const observer = driver.observer();
      for (const stream of env.spec.streams) {
        const info = await observer.streamInfo(stream.address);
        expect(info).toMatchObject({ replicas: 3, currentReplicas: 3 });
        expect(info.mirror === null).toBe(stream.mirror === undefined);
      }
      for (const consumer of env.spec.consumers) {
        expect(await observer.consumerInfo(consumer.address)).toMatchObject({ ackFloor: 0 });
      }
    });

    it('answers at every monitoring endpoint, as the probe monitor reads it', async () => {
      const system = env.spec.accounts.find((account) => account.system)?.name ?? '';
      const read = (endpoint: MonitorEndpoint, path: string, query = {}, nodes = 'qa1a/js1-qa1a') =>
        monitor.read({ observer: driver.observer() } as ProbeContext, {
          kind: 'monitor',
          ...{ endpoint, nodes, path, query },
        });
      expect(await read('varz', 'server_name')).toEqual({ state: 'js1-qa1a' });
      expect(await read('healthz', 'status')).toEqual({ state: 'ok' });
      expect(await read('accountz', 'system_account')).toEqual({ state: system });
      expect(await read('gatewayz', 'outbound_gateways.length').catch(String)).toMatch(/no field length/);
      const raftz = await read('raftz', `["${system}"]._meta_.applied`, { acc: system, group: '_meta_' });
      expect(raftz.value).toBeGreaterThan(0);
      // The nodes of qa1b dial those of qa1a, each any of them.
      expect(await read('leafz', 'leafnodes', {}, 'qa1b/js1-qa1b')).toEqual({ value: 1 });
      expect((await read('routez', 'num_routes')).value).toBeGreaterThanOrEqual(2);
      expect(await read('connz', 'limit', { limit: 7 })).toEqual({ value: 7 });
      const path = 'account_details[name=APP].stream_detail[name=qa].state.last_seq';
      const { lastSeq } = await driver.observer().streamInfo('qa1a/qa');
      expect(await read('jsz', path, { accounts: true, streams: true })).toEqual({ value: lastSeq });
      // Without what it asks for, the field is not there.
      await expect(read('jsz', path)).rejects.toThrow(/no field account_details/);
    });

    it('lets clients in through their own links', async () => {
      const servers = driver.clientServers('qa1a');
      expect(servers.map(({ node }) => node)).toEqual(['qa1a/js1-qa1a', 'qa1a/js2-qa1a', 'qa1a/js3-qa1a']);
      const connection = await driver.connect(
        servers.map(({ server }) => server),
        'APP',
        'test',
      );
      expect(connection.info?.cluster).toBe('qa1a');
      await connection.close();
    });

    it('has a case for every fault', () => {
      const kinds = faults.map((fault) => fault.kind);
      expect([...Object.keys(FAULT_CASES), ...Object.keys(ROOT_FAULT_CASES)].sort()).toEqual(kinds.sort());
    });

    for (const fault of faults) {
      for (const options of FAULT_CASES[fault.kind] ?? []) {
        it(`${fault.kind} ${JSON.stringify(options)}: clean, inject, proven, undo, proven clean, undo again`, async () => {
          await proveFault(env, fault, options);
        });
      }
    }

    it('lets one of two overlapping partitions go and keeps the other', () => proveOverlap(env));

    it('says that a fault on a node that is down already changes nothing', async () => {
      const kill = faults.find((fault) => fault.kind === 'kill')!;
      const target: FaultTarget = { nodes: ['qa1a/js1-qa1a'], links: [], roles: {} };
      await driver.processes?.kill('qa1a/js1-qa1a');
      const before = await kill.observe({ ...ctx, fault: 'kill#1' }, target, {});
      expect(kill.vacuous(before)).toBe('qa1a/js1-qa1a was already down before the fault');
      await driver.processes?.start('qa1a/js1-qa1a');
      await whole(driver);
    });

    it('refuses an undo record that it does not know', async () => {
      await expect(driver.replay({ driver: driver.kind, op: 'nonsense', args: {} })).rejects.toThrow(
        /nonsense/,
      );
    });
  });
}

/** Stores hold something to damage. */
export async function fill({ driver, spec }: Environment): Promise<void> {
  for (const { address, cluster, account, subjects } of spec.streams) {
    const subject = subjects[0]?.replace('>', 'filled');
    if (subject === undefined) continue;
    const servers = driver.clientServers(cluster).map(({ server }) => server);
    const connection = await driver.connect(servers, account, 'test');
    for (let i = 0; i < 50; i += 1) {
      await connection.request(subject, `${address} ${i}`, { timeout: 5_000 });
    }
    await connection.close();
  }
}
