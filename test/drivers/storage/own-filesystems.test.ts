import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CpuLimits } from '../../../src/drivers/process/cpu-limits.ts';
import { groupsOfRun } from '../../../src/drivers/limits/control-groups.ts';
import { loopOf, loopsBelow, mountsBelow } from '../../../src/drivers/storage/loop-mounts.ts';
import { makeFilesystem, OwnFilesystems } from '../../../src/drivers/storage/own-filesystems.ts';
import { leftOf, reap } from '../../../src/drivers/undo/reap.ts';
import { setWriteLimits, writeLimits } from '../../../src/drivers/limits/write-limits.ts';
import { until } from '../../../src/support/deadline.ts';
import { isLeftOut } from '../../support/surroundings/left-out.ts';

const MIB = 1024 ** 2;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(realpathSync(tmpdir()), 'nats-chaos-unit-'));
});
afterEach(async () => {
  await reap(folder);
  expect(leftOf(folder)).toEqual([]);
  expect(existsSync(folder)).toBe(false);
});

describe.skipIf(isLeftOut('filesystems'))('a filesystem of its own', () => {
  let disks: OwnFilesystems;
  const point = (): string => join(folder, 'c.n1');
  const image = (): string => join(folder, 'disks', 'c.n1.ext4');
  beforeEach(async () => {
    disks = new OwnFilesystems({ pointOf: point, imageOf: image });
    await makeFilesystem(image(), point(), 64 * MIB);
  });

  it('keeps what was synced and loses what was not, and is the same device afterwards', async () => {
    const file = await open(join(point(), 'synced'), 'w');
    await file.write('here');
    await file.sync();
    await file.close();
    writeFileSync(join(point(), 'not synced'), 'gone');
    const device = loopOf(image());
    expect(await disks.observe('n')).toMatchObject({ mounted: true, write: 'ok', unsynced: null });

    await disks.cutPower(['n']);
    expect(await disks.observe('n')).toMatchObject({ mounted: true, write: 'EIO', unsynced: null });
    await disks.restorePower('n');
    expect(await disks.observe('n')).toMatchObject({ mounted: true, write: 'ok', unsynced: 'lost' });
    expect(readFileSync(join(point(), 'synced'), 'utf8')).toBe('here');
    expect(existsSync(join(point(), 'not synced')) && statSync(join(point(), 'not synced')).size > 0).toBe(
      false,
    );
    expect(loopOf(image())).toBe(device);

    await disks.restorePower('n');
    expect(await disks.observe('n')).toMatchObject({ mounted: true, write: 'ok', unsynced: 'lost' });
  });

  it('is full, and empty again, without its image growing by that', async () => {
    await disks.fill('n', 0.5);
    const half = await disks.observe('n');
    expect(half.write).toBe('ok');
    expect(half.freeBytes / half.sizeBytes).toBeCloseTo(0.5, 1);
    await disks.fill('n', 1);
    expect(await disks.observe('n')).toMatchObject({ write: 'ENOSPC', freeBytes: 0 });
    expect(statSync(image()).blocks * 512).toBeLessThan(32 * MIB);
    for (let i = 0; i < 2; i += 1) await disks.release('n');
    expect(await disks.observe('n')).toMatchObject({ write: 'ok', fillerBytes: 0 });
  });

  it('is slow, and as fast as before again', async () => {
    const trial = { writes: 4, sizeBytes: 4096 };
    const { tookMs: before, limits } = await disks.tryWriting('n', trial);
    expect(limits).toEqual({});
    await disks.slow('n', { writesPerSecond: 10 });
    const slow = await disks.tryWriting('n', trial);
    expect(slow.limits).toEqual({ writesPerSecond: 10 });
    expect(slow.tookMs).toBeGreaterThan(200 + before);
    for (let i = 0; i < 2; i += 1) await disks.unslow('n');
    expect(await disks.tryWriting('n', trial)).toMatchObject({ limits: {} });
  });

  it('gets a device of its own when several are made at once', async () => {
    const names = ['a', 'b', 'c', 'd'];
    await Promise.all(
      names.map((name) => makeFilesystem(join(folder, `${name}.ext4`), join(folder, name), 16 * MIB)),
    );
    expect(mountsBelow(folder)).toHaveLength(5);
    expect(new Set(loopsBelow(folder)).size).toBe(5);
  });

  it('is taken down whole, whatever state it is in, and nothing beside it', async () => {
    const other = mkdtempSync(`${folder}-other-`);
    const otherImage = join(other, 'image');
    mkdirSync(join(other, 'mounted'));
    await makeFilesystem(otherImage, join(other, 'mounted'), 16 * MIB);
    const device = loopOf(image()) ?? '';
    setWriteLimits(device, { bytesPerSecond: 4096, writesPerSecond: 1 });
    writeFileSync(join(point(), 'unwritten'), Buffer.alloc(MIB));
    expect(leftOf(folder)).toEqual([
      `${point()} is still mounted`,
      `${device} is still attached to a file of ${folder}`,
    ]);
    await reap(folder);
    expect(writeLimits(device)).toEqual({});
    expect([mountsBelow(other), loopsBelow(other)]).toEqual([[join(other, 'mounted')], [loopOf(otherImage)]]);
    await reap(other);
  });
});

describe.skipIf(isLeftOut('cpu-limits'))('a limit on the CPU', () => {
  it('makes a busy process wait, and is gone without a trace', async () => {
    const busy = spawn(process.execPath, [
      '-e',
      'const end = Date.now() + 20_000; while (Date.now() < end);',
    ]);
    try {
      const limits = new CpuLimits({
        folder: () => folder,
        pidsOf: () => (busy.pid === undefined ? [] : [busy.pid]),
        inOwnGroups: () => false,
      });
      expect(await limits.cpu('c/n1')).toMatchObject({ limit: null, throttled: 0 });
      await limits.limitCpu('c/n1', 0.05);
      await until(async () => (await limits.cpu('c/n1')).throttled >= 2, {
        timeoutMs: 10_000,
        what: 'waiting',
      });
      expect((await limits.cpu('c/n1')).limit).toBe(0.05);
      expect(groupsOfRun(folder).map((path) => basename(path))).toEqual([`${basename(folder)}.c.n1`]);
      for (let i = 0; i < 2; i += 1) await limits.unlimitCpu('c/n1');
      expect(await limits.cpu('c/n1')).toMatchObject({ limit: null });
      expect(groupsOfRun(folder)).toEqual([]);
      await limits.limitCpu('c/n1', 0.5);
    } finally {
      const gone = new Promise((resolve) => busy.once('exit', resolve));
      busy.kill('SIGKILL');
      await gone;
    }
    expect(leftOf(folder)).toHaveLength(1);
  });
});
