import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  loopsBelow,
  mountPoints,
  mountsBelow,
  unmountBelow,
} from '../../../src/drivers/storage/loop-mounts.ts';
import { filesystemBytes } from '../../../src/drivers/storage/own-filesystems.ts';

const MOUNTS = `/dev/vda / ext4 rw,relatime 0 0
/dev/loop0 /tmp/nats-chaos-a/c.n1 ext4 rw 0 0
/dev/loop1 /tmp/nats-chaos-ab/c.n1 ext4 rw 0 0
/dev/loop2 /tmp/nats-chaos-a/with\\040space ext4 rw 0 0
tmpfs /tmp/nats-chaos-a tmpfs rw 0 0
`;

test('only what is mounted below the folder itself is its own, the last first', () => {
  expect(mountPoints(MOUNTS, '/tmp/nats-chaos-a')).toEqual([
    '/tmp/nats-chaos-a/with space',
    '/tmp/nats-chaos-a/c.n1',
  ]);
  expect(mountPoints(MOUNTS, '/nowhere')).toEqual([]);
});

test('a folder in which nothing is mounted is left as it is', async () => {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'nats-chaos-unit-'));
  await unmountBelow(folder);
  expect([...mountsBelow(folder), ...loopsBelow(folder)]).toEqual([]);
  rmSync(folder, { recursive: true });
});

test('a filesystem has room for what its server may store, in whole MiB', () => {
  expect(filesystemBytes({ jetstream: {} })).toBe(1024 ** 3);
  const bytes = filesystemBytes({ jetstream: { maxFileBytes: 100_000_000 } });
  expect(bytes % 1024 ** 2).toBe(0);
  expect(bytes).toBeGreaterThan(100_000_000 + 64 * 1024 ** 2);
});
