import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Driver, DriverContext } from '../../src/drivers/driver.ts';
import type { EnvironmentSpec } from '../../src/drivers/spec.ts';
import type { FaultContext, FaultTarget } from '../../src/faults/fault.ts';
import { faults } from '../../src/faults/index.ts';
import { systemClock } from '../../src/support/clock.ts';
import { until } from '../../src/support/deadline.ts';
import { newRunId } from '../../src/support/ids.ts';
import { seededRandom } from '../../src/support/random.ts';
import type { UndoRecord } from '../../src/support/undo-record.ts';

export interface DriverUnderTest {
  create(ctx: DriverContext): Driver;
  spec(): EnvironmentSpec;
}

/** Fault kind → cases of options, for the two-zone environment. A fault without a case fails the suite. */
const CASES: Record<string, Record<string, unknown>[]> = {
  partition: [
    { between: ['qa1a', 'qa1b'] },
    { between: ['qa1a/js1-qa1a', ['qa1a/js2-qa1a', 'qa1a/js3-qa1a']] },
    { between: ['clients', 'qa1a'] },
  ],
  latency: [
    { between: ['qa1a', 'qa1b'], latency: 40, jitter: 5 },
    { between: ['clients', 'qa1b/js2-qa1b'], latency: 25, jitter: 0 },
  ],
  stop: [{ nodes: 'qa1a/qa@leader' }],
  kill: [{ nodes: ['qa1b/qa@follower'] }, { nodes: 'qa1a@minority' }],
  pause: [{ nodes: 'qa1a@meta-leader' }],
  truncate: [
    { nodes: 'qa1a@minority', stream: 'qa1a/qa', files: 'blocks', cut: 64, restore: false },
    { nodes: 'qa1a/qa@follower', stream: 'qa1a/qa', files: 'raft', restore: true },
  ],
  'bit-flip': [
    { nodes: 'qa1b/qa@leader', stream: 'qa1b/qa', files: 'index', bits: 3, restore: false },
    { nodes: 'qa1b@minority', stream: 'qa1b/qa', files: 'blocks', bits: 1, restore: true },
  ],
  'delete-files': [{ nodes: 'qa1a@all', stream: 'qa1a/qa', files: 'index', restore: true }],
  'pause-kill': [{ nodes: 'qa1a@any', after: 100 }],
  'lame-duck': [{ nodes: 'qa1b/qa@leader', within: 60_000 }],
  'crash-loop': [{ nodes: 'qa1a/qa@follower', every: 300 }],
  reload: [{ nodes: ['qa1a/js1-qa1a', 'qa1b@any'], config: { max_payload: 65_536 } }],
};

/** Faults that leave every node running and every link up. */
const UNSEEN = new Set(['reload', 'truncate', 'bit-flip', 'delete-files']);

/** What every driver, and every fault on it, must do. */
export function driverSuite(name: string, subject: DriverUnderTest): void {
  describe(`${name} driver`, () => {
    const journal: UndoRecord[] = [];
    let driver: Driver;
    let logFolder: string;
    let ctx: FaultContext;

    beforeAll(async () => {
      logFolder = mkdtempSync(join(tmpdir(), 'driver-suite-'));
      const signal = new AbortController().signal;
      driver = subject.create({
        runId: newRunId(),
        logFolder,
        clock: systemClock,
        signal,
        freePorts: false,
        progress: () => undefined,
        journal: (record) => journal.push(record),
      });
      await driver.start(subject.spec());
      await fill(driver, subject.spec());
      const observer = driver.observer();
      ctx = {
        driver,
        nodes: driver.nodes(),
        links: driver.links(),
        observer,
        random: seededRandom(7),
        signal,
      };
    });

    afterAll(async () => {
      expect(await driver.dispose()).toEqual([]);
      rmSync(logFolder, { recursive: true });
    });

    it('journals how to undo the environment before it makes one', () => {
      expect(journal[0]).toMatchObject({ driver: driver.kind, op: 'environment.reap' });
    });

    it('is whole once it is started: every node runs, every link is up, nothing goes round a proxy', async () => {
      expect(driver.nodes()).toHaveLength(6);
      expect(await driver.missing()).toEqual([]);
      expect(await driver.bypasses()).toEqual([]);
    });

    it('has made every stream with its leader and replicas, and every consumer', async () => {
      const observer = driver.observer();
      for (const stream of subject.spec().streams) {
        const info = await observer.streamInfo(stream.address);
        expect(info).toMatchObject({ replicas: 3, currentReplicas: 3 });
        expect(info.mirror === null).toBe(stream.mirror === undefined);
      }
      for (const consumer of subject.spec().consumers) {
        expect(await observer.consumerInfo(consumer.address)).toMatchObject({ ackFloor: 0 });
      }
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
      expect(Object.keys(CASES)).toEqual(faults.map((fault) => fault.kind));
    });

    for (const fault of faults) {
      for (const options of CASES[fault.kind] ?? []) {
        it(`${fault.kind} ${JSON.stringify(options)}: clean, inject, proven, undo, proven clean, undo again`, async () => {
          const target = await fault.resolve(ctx, options);
          expect(target.nodes.length + target.links.length).toBeGreaterThan(0);
          const look = () => fault.observe(ctx, target, options);
          const before = await look();
          expect(fault.vacuous(before)).toBeNull();
          expect(fault.inForce(before, before, options).proven).toBe(false);

          const records = fault.undo(target, options, driver.kind);
          await fault.inject(ctx, target, options);
          await until(async () => fault.inForce(before, await look(), options).proven, {
            timeoutMs: 10_000,
            what: `${fault.kind} in force`,
          });
          // A node that crashes again and again is whole for moments.
          await until(async () => UNSEEN.has(fault.kind) || (await driver.missing()).length > 0, {
            timeoutMs: 10_000,
            what: `${fault.kind} to show in the topology`,
          });

          await undo(driver, records);
          await until(async () => fault.removed(before, await look(), options).proven, {
            timeoutMs: 30_000,
            what: `${fault.kind} removed`,
          });
          await undo(driver, records);
          expect(fault.removed(before, await look(), options).proven).toBe(true);
          await whole(driver);
          expect(await driver.bypasses()).toEqual([]);
        });
      }
    }

    it('says that a fault on a node that is down already changes nothing', async () => {
      const kill = faults.find((fault) => fault.kind === 'kill')!;
      const target: FaultTarget = { nodes: ['qa1a/js1-qa1a'], links: [], roles: {} };
      await driver.processes?.kill('qa1a/js1-qa1a');
      const before = await kill.observe(ctx, target, {});
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
async function fill(driver: Driver, spec: EnvironmentSpec): Promise<void> {
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

async function undo(driver: Driver, records: readonly UndoRecord[]): Promise<void> {
  for (const record of [...records].reverse()) await driver.replay(record);
}

async function whole(driver: Driver): Promise<void> {
  await until(async () => (await driver.missing()).length === 0, {
    timeoutMs: 60_000,
    what: 'the topology to be whole',
  });
}
