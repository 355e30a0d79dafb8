import net from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DockerDriver } from '../../src/drivers/docker/managed/docker-driver.ts';
import { connectEngine, type Engine } from '../../src/drivers/docker/engine/engine.ts';
import { layOut } from '../../src/drivers/docker/managed/layout.ts';
import { makeNetworks } from '../../src/drivers/docker/managed/networks.ts';
import { reapRun, thingsOf } from '../../src/drivers/docker/engine/reap.ts';
import { partition } from '../../src/faults/links/partition.ts';
import { systemClock } from '../../src/support/clock.ts';
import { until } from '../../src/support/deadline.ts';
import { newRunId } from '../../src/support/ids.ts';
import type { UndoRecord } from '../../src/support/undo-record.ts';
import { dualMirrorSpec } from '../support/dual-mirror-spec.ts';
import { oneZoneSpec } from '../support/one-zone-spec.ts';
import { onEngine, ourImages } from '../support/engine.ts';
import { bringUp, type Environment } from './bring-up.ts';

describe('an engine that runs share', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await connectEngine();
  });

  it('gives three runs at once networks of their own, and takes away from one what is of that one', async () => {
    const runs = [newRunId(), newRunId(), newRunId()];
    try {
      const made = await Promise.all(
        runs.map((runId) => makeNetworks(engine.docker, layOut(dualMirrorSpec(), runId).networks, runId)),
      );
      const blocks = made.flatMap((networks) => [...networks.values()].map(({ block }) => block.first));
      expect(new Set(blocks).size).toBe(12);
      const [first = '', ...others] = runs;
      expect(await reapRun(engine.docker, first)).toMatchObject({ left: [], containers: [], volumes: [] });
      expect(await onEngine(first)).toEqual([]);
      for (const other of others) expect(await onEngine(other)).toHaveLength(4);
    } finally {
      for (const runId of runs) await reapRun(engine.docker, runId);
    }
  });

  it('says whose port it is that an environment wants, and keeps nothing of the attempt', async () => {
    const holder = net.createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const { port } = holder.address() as net.AddressInfo;
    const runId = newRunId();
    const logFolder = mkdtempSync(join(tmpdir(), 'docker-engine-'));
    const driver = new DockerDriver({
      runId,
      logFolder,
      clock: systemClock,
      signal: new AbortController().signal,
      freePorts: false,
      progress: () => undefined,
      journal: () => undefined,
    });
    try {
      const spec = oneZoneSpec();
      const clusters = spec.clusters.map((cluster) => ({ ...cluster, ports: { client: port } }));
      await expect(driver.start({ ...spec, clusters })).rejects.toThrow(
        `port ${port} (client of qa1a/js1-qa1a) is taken by process ${process.pid}`,
      );
    } finally {
      expect(await driver.dispose()).toEqual([]);
      rmSync(logFolder, { recursive: true });
      holder.close();
    }
    expect(await onEngine(runId)).toEqual([]);
  });
});

describe('an engine whose containers cannot be reached at their own addresses', () => {
  let env: Environment;
  const images: string[] = [];

  beforeAll(async () => {
    env = await bringUp({
      create: (ctx) => new DockerDriver(ctx, { publishedOnly: true }),
      spec: oneZoneSpec,
    });
    images.push(...(await ourImages()));
  });
  afterAll(async () => {
    await env.takeDown();
    expect(await ourImages()).toEqual(expect.arrayContaining(images));
  });

  it('is used through published ports, all of them on loopback', async () => {
    const { driver, journal } = env;
    expect(driver.clientServers('qa1a').map(({ server }) => server.split(':')[0])).toEqual(
      Array(3).fill('127.0.0.1'),
    );
    const runId = runIdOf(journal);
    const { docker } = await connectEngine();
    const { containers } = await thingsOf(docker, runId);
    expect(containers).toHaveLength(4);
    for (const name of containers) {
      const { HostConfig: config } = await docker.getContainer(name).inspect();
      const bindings = Object.values(config.PortBindings as Record<string, { HostIp: string }[]>).flat();
      expect(bindings.length).toBeGreaterThan(0);
      for (const { HostIp: ip } of bindings) expect(ip).toBe('127.0.0.1');
    }
  });

  it('has its links cut and healed all the same', async () => {
    const { driver } = env;
    const options = {
      kind: 'partition',
      between: ['clients', 'qa1a'] as [string, string],
      direction: 'both',
      mode: 'reset',
      keep: false,
    } as const;
    const ctx = { ...env.ctx, fault: 'partition#1' };
    const target = await partition.resolve(ctx, options);
    const before = await partition.observe(ctx, target, options);
    expect(partition.inForce(before, before, options).proven).toBe(false);
    await partition.inject(ctx, target, options);
    const during = await partition.observe(ctx, target, options);
    expect(partition.inForce(before, during, options).proven).toBe(true);
    await driver.linkControl?.release('partition#1', target.links);
    const after = await partition.observe(ctx, target, options);
    expect(partition.removed(before, after, options).proven).toBe(true);
  });

  it('notices a container that somebody removes, and cleans up after it', async () => {
    const { driver, journal } = env;
    const node = 'qa1a/js2-qa1a';
    const container = `nats-chaos-${runIdOf(journal)}-qa1a-js2-qa1a`;
    await (await connectEngine()).docker.getContainer(container).remove({ force: true });
    await until(async () => (await driver.missing()).includes(`${node} is down`), {
      timeoutMs: 10_000,
      what: 'the loss to show',
    });
    await until(async () => (await driver.missing(new Set([node]))).length === 0, {
      timeoutMs: 10_000,
      what: 'nothing to be missing but that',
    });
    expect(await driver.processes?.incarnation(node)).toBeNull();
    await expect(driver.processes?.start(node)).rejects.toThrow(
      `the container ${container} was removed: it cannot be started`,
    );
  });
});

function runIdOf([first]: readonly UndoRecord[]): string {
  const runId = first?.args['runId'];
  expect(runId).toMatch(/^\w{8}$/);
  return runId as string;
}
