import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PressureWorkers } from '../../../src/drivers/limits/pressure-workers.ts';
import { residentIn } from '../../../src/drivers/limits/process-usage.ts';
import { processesNaming, reap } from '../../../src/drivers/undo/reap.ts';
import { until } from '../../../src/support/deadline.ts';

let folder: string;
let pressure: PressureWorkers;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nats-chaos-pressure-'));
  pressure = new PressureWorkers(() => folder);
});
afterEach(async () => {
  await reap(folder);
});

describe.runIf(process.platform === 'linux')('processes that use something up', () => {
  it('take memory until they are relieved, each mark on its own', async () => {
    await pressure.press('memory-pressure#1', { kind: 'memory', sizeBytes: 32 * 1024 ** 2 });
    await pressure.press('cpu-pressure#1', { kind: 'cpu', workers: 1 });
    await until(
      () => Promise.resolve(pressure.observe('memory-pressure#1').residentBytes >= 32 * 1024 ** 2),
      {
        timeoutMs: 20_000,
        what: '32 MiB in memory',
      },
    );
    await until(() => Promise.resolve(pressure.observe('cpu-pressure#1').usedMs > 50), {
      timeoutMs: 20_000,
      what: 'CPU time used',
    });
    await pressure.relieve('memory-pressure#1');
    expect(pressure.observe('memory-pressure#1')).toEqual({ workers: 0, usedMs: 0, residentBytes: 0 });
    expect(pressure.observe('cpu-pressure#1').workers).toBe(1);
    await pressure.relieve('memory-pressure#1');
  });

  it('are found by the folder of their run, whoever is left to look', async () => {
    await pressure.press('cpu-pressure#1', { kind: 'cpu', workers: 2 });
    expect(processesNaming(folder)).toHaveLength(2);
    await reap(folder);
    expect(processesNaming(folder)).toEqual([]);
    rmSync(folder, { recursive: true, force: true });
  });

  it('never take more than half of what is free', async () => {
    const tooMuch = { kind: 'memory', sizeBytes: 2 ** 50 } as const;
    await expect(async () => pressure.press('memory-pressure#1', tooMuch)).rejects.toThrow(
      /^1048576GiB is more than half of the .* of memory that is free here$/,
    );
  });
});

it('reads resident memory from what the kernel says of a process', () => {
  expect(residentIn('Name:\tnode\nVmRSS:\t    2048 kB\nThreads:\t7\n')).toBe(2 * 1024 ** 2);
  expect(residentIn('')).toBe(0);
});
