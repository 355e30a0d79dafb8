import { mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeMemoryGroup, MemoryLimits } from '../../../src/drivers/process/memory-limits.ts';
import { ServerProcess } from '../../../src/drivers/process/server-process.ts';
import { controllerRoots } from '../../../src/drivers/limits/cgroup-roots.ts';
import { leftOf, reap } from '../../../src/drivers/undo/reap.ts';
import { groupsOfRun } from '../../../src/drivers/limits/control-groups.ts';
import { until } from '../../../src/support/deadline.ts';
import { isLeftOut } from '../../support/surroundings/left-out.ts';

const MIB = 1024 ** 2;

describe.skipIf(isLeftOut('memory-limits'))('a limit on memory', () => {
  let folder: string;
  let limits: MemoryLimits;
  let server: ServerProcess;

  beforeEach(() => {
    folder = mkdtempSync(join(realpathSync(tmpdir()), 'nats-chaos-unit-'));
    limits = new MemoryLimits(() => folder);
  });
  afterEach(async () => {
    await server.kill();
    await reap(folder);
    expect(leftOf(folder)).toEqual([]);
    expect(groupsOfRun(folder)).toEqual([]);
  });

  /** A process that holds so much memory, and then as much again once it is signalled. */
  const hold = async (bytes: number): Promise<void> => {
    // Ready for the signal before it holds anything, for that is what is waited for.
    const program = `const held = []; const more = () => held.push(Buffer.alloc(${bytes}, 1)); process.on('SIGUSR2', more); more(); setInterval(() => held, 1000);`;
    server = new ServerProcess(
      process.execPath,
      ['-e', program, '--', `${folder}/own`],
      join(folder, 'log'),
      makeMemoryGroup(folder, 'c/n1'),
    );
    server.start();
    await until(async () => (await limits.memory('c/n1')).ownBytes > bytes, {
      timeoutMs: 10_000,
      what: 'the memory to be held',
    });
  };

  it('counts what a process has used since it started, and kills one that needs more', async () => {
    await hold(64 * MIB);
    const before = await limits.memory('c/n1');
    expect(before).toMatchObject({ limitBytes: null, reached: 0, killed: 0 });
    await limits.limitMemory('c/n1', before.usedBytes + 16 * MIB);
    server.lameDuck();
    await until(() => Promise.resolve(server.state() === 'down'), { timeoutMs: 10_000, what: 'its end' });
    const after = await limits.memory('c/n1');
    expect(after.killed).toBe(1);
    expect(after.reached).toBeGreaterThan(0);
    for (let i = 0; i < 2; i += 1) await limits.unlimitMemory('c/n1');
    server.start();
    await until(async () => (await limits.memory('c/n1')).ownBytes > 64 * MIB, {
      timeoutMs: 10_000,
      what: 'the memory to be held again',
    });
    expect((await limits.memory('c/n1')).limitBytes).toBeNull();
  });

  // Version 2 would kill it; the fault itself refuses before either of them is asked.
  it.skipIf(controllerRoots().memory?.version === 2)(
    'is refused where a process holds more than that, and leaves it alone',
    async () => {
      await hold(64 * MIB);
      await expect(async () => limits.limitMemory('c/n1', 32 * MIB)).rejects.toThrow(
        /^the memory of c\/n1 cannot be limited to 32MiB/,
      );
      expect(server.state()).toBe('running');
      expect((await limits.memory('c/n1')).limitBytes).toBeNull();
    },
  );
});
