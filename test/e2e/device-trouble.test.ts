import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Workbench } from './harness.ts';
import { breakDevice, chaos, Disks, expectOwnTrouble, expectTrouble, fill, small } from './own-trouble.ts';

const isRoot = process.getuid?.() === 0;
/** What a kernel can mount, and what there are tools for. */
const canBreak = isRoot && has('xfs_io');
const hasQuotas = isRoot && has('mkfs.btrfs') && /\bbtrfs$/m.test(readFileSync('/proc/filesystems', 'utf8'));
const missing = [
  ...(canBreak ? [] : ['devices that fail: not root, or no xfs_io (xfsprogs)']),
  ...(hasQuotas ? [] : ['quotas: not root, or no btrfs (btrfs-progs)']),
];
if (missing.length > 0) process.stderr.write(`NOT TESTED on this machine: ${missing.join('; ')}\n`);

let bench: Workbench;
let disks: Disks;
beforeEach(() => {
  bench = new Workbench();
  disks = new Disks(bench.folder);
});
afterEach(async () => {
  // Where reports go that cannot be written where they belong.
  rmSync(join(bench.temp, 'nats-chaos-reports'), { recursive: true, force: true });
  disks.removeAll();
  expect(await bench.leftovers()).toEqual([]);
  bench.remove();
});

const SIZE = 64 * 1024 ** 2;
const method = [{ phase: 'wait', for: '60s', faults: [{ kind: 'pause', nodes: 'c/s@follower' }] }];

/** A run that has a fault in force. */
async function running(out: string, behind: readonly string[] = []) {
  const file = await small(bench, { method });
  const run = chaos(bench, ['run', file, '--free-ports', '--out', out, '--json'], behind);
  await run.says(/in force, proven/);
  return run;
}

describe.runIf(canBreak)('a run whose device fails under way', () => {
  it('is no verdict: that of its reports', async () => {
    const point = disks.onDevice('ext4', SIZE);
    const run = await running(join(point, 'reports'));
    breakDevice(point);
    expectOwnTrouble(await run.ended, /the device has failed \(EIO/, /dmesg/);
  });

  it('is no verdict: that of the stores of its servers', async () => {
    const point = disks.onDevice('ext4', SIZE);
    const run = await running(join(bench.folder, 'reports'), ['env', `TMPDIR=${point}`]);
    breakDevice(point);
    const ended = await run.ended;
    // Of a dead device nothing can be removed either.
    expect(ended.code).toBe(4);
    expect(ended.stderr).toMatch(/the servers keep their stores on a disk that cannot be written.*EIO/);
    expectTrouble(ended, /dmesg/);
  });
});

describe.runIf(hasQuotas)('a run whose quota is used up under way', () => {
  it('is no verdict: that of its reports', async () => {
    const folder = disks.withQuota(8 * 1024 ** 2);
    const run = await running(join(folder, 'reports'));
    fill(join(folder, 'filler'));
    expectOwnTrouble(await run.ended, /the disk quota is used up \(EDQUOT/, /free some space/);
  });

  it('is no verdict: that of the stores of its servers', async () => {
    const folder = disks.withQuota(32 * 1024 ** 2);
    const run = await running(join(bench.folder, 'reports'), ['env', `TMPDIR=${folder}`]);
    fill(join(folder, 'filler'));
    expectOwnTrouble(await run.ended, /the disk quota is used up \(EDQUOT/, /free some space/);
  });
});

function has(command: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;
}
