import { expect, test } from 'vitest';
import { limitIn, numberIn } from '../../../src/drivers/process/memory-limits.ts';
import { pathIn, rootsIn } from '../../../src/drivers/limits/cgroup-roots.ts';
import { usedBy } from '../../../src/drivers/limits/process-usage.ts';
import { ruleIn } from '../../../src/drivers/limits/write-limits.ts';

test('each controller is found where it is mounted, in either version of control groups', () => {
  const first = 'cgroup /sys/fs/cgroup/blkio cgroup rw,relatime,blkio 0 0\n';
  const both = 'cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,cpu,cpuacct 0 0\n';
  const second = 'cgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0\n';
  expect(rootsIn(first + second, () => 'cpu hugetlb\n')).toEqual({
    blkio: { folder: '/sys/fs/cgroup/blkio', version: 1 },
    cpu: { folder: '/sys/fs/cgroup/unified', version: 2 },
  });
  expect(rootsIn(both, () => '')).toEqual({ cpu: { folder: '/sys/fs/cgroup/cpu,cpuacct', version: 1 } });
  expect(rootsIn('cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n', () => 'cpuset cpu io memory')).toMatchObject({
    blkio: { folder: '/sys/fs/cgroup', version: 2 },
  });
  expect(rootsIn('', () => '')).toEqual({});
});

test('the group of a process is told by the controller in version 1, and for all of them in version 2', () => {
  const text = '9:name=systemd:/\n2:cpu,cpuacct:/a/b\n0::/user.slice/x:y.scope\n';
  expect(pathIn(text, 'cpu')).toBe('/a/b');
  expect(pathIn(text, '')).toBe('/user.slice/x:y.scope');
  expect(pathIn('2:cpu:/\n', '')).toBeNull();
});

test('the CPU time of a process is that of user and system, whatever its name is', () => {
  expect(usedBy('42 (nats) server)) S 1 1 1 0 -1 4194560 1 0 0 0 150 50 0 0 20 0')).toBe(2000);
  expect(usedBy('')).toBe(0);
});

test('the rule of one device is not that of another', () => {
  expect(ruleIn('7:0 1048576\n7:10 20\n', '7:10')).toBe(20);
  expect(ruleIn('7:10 20\n', '7:1')).toBeUndefined();
});

test('a limit on memory is read as either version of control groups writes it, and none is none', () => {
  expect(limitIn('25362432\n')).toBe(25_362_432);
  expect([limitIn('9223372036854771712\n'), limitIn('max\n'), limitIn('')]).toEqual([null, null, null]);
  const stat = 'cache 20500480\nrss 2248704\ntotal_rss 7\noom_kill_disable 0\noom_kill 2\n';
  expect([numberIn(stat, 'rss'), numberIn(stat, 'oom_kill'), numberIn(stat, 'file')]).toEqual([
    2_248_704, 2, 0,
  ]);
});
