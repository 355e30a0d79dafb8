import { describe, expect, it } from 'vitest';
import { cpuLimit, type CpuObservation } from '../../src/faults/resources/cpu-limit.ts';
import { fillDisk, type SpaceObservation } from '../../src/faults/storage/fill-disk.ts';
import { memoryLimit, type MemoryObservation } from '../../src/faults/resources/memory-limit.ts';
import { powerFailure, type PowerObservation } from '../../src/faults/storage/power-failure.ts';
import { slowDisk, trialFor, type SpeedObservation } from '../../src/faults/resources/slow-disk.ts';

describe('power-failure', () => {
  const options = { kind: 'power-failure', nodes: 'c/n1', keep: false } as const;
  const up: PowerObservation[string] = {
    state: 'running',
    answers: true,
    mounted: true,
    write: 'ok',
    unsynced: null,
  };
  const off = { ...up, state: 'down', answers: false, write: 'EIO' } as const;
  const back = { ...up, unsynced: 'lost' } as const;
  const judge = (judgement: 'inForce' | 'removed', now: PowerObservation) =>
    powerFailure[judgement]({ n: up }, now, options);

  it('is in force when every node is down and every disk refuses a write', () => {
    expect(judge('inForce', { a: off, b: off }).proven).toBe(true);
    for (const one of [
      up,
      { ...off, write: 'ok' },
      { ...off, state: 'paused' as const },
      { ...off, mounted: false },
    ]) {
      expect(judge('inForce', { a: off, b: one }).proven).toBe(false);
    }
    expect(judge('inForce', {}).proven).toBe(false);
  });

  it('is gone when the nodes answer again, and what was not synced is lost', () => {
    expect(judge('removed', { a: back, b: back }).proven).toBe(true);
    for (const one of [off, up, { ...back, unsynced: 'kept' as const }, { ...back, answers: false }]) {
      expect(judge('removed', { a: back, b: one }).proven).toBe(false);
    }
    expect(judge('removed', { a: { ...back, unsynced: 'kept' } }).statement).toBe(
      'a: it is running and answers; its disk is mounted again, and a file that was not synced before is still there',
    );
  });

  it('changes nothing on a node that is down, or without a disk of its own', () => {
    expect(powerFailure.vacuous({ a: up })).toBeNull();
    expect(powerFailure.vacuous({ a: up, b: off })).toBe(
      'b was down, and a write to its disk gave EIO before the fault',
    );
  });
});

describe('fill-disk', () => {
  const options = { kind: 'fill-disk', nodes: 'c/n1', to: 1, keep: false } as const;
  const empty: SpaceObservation[string] = { write: 'ok', sizeBytes: 1000, freeBytes: 900, fillerBytes: 0 };
  const full = { ...empty, write: 'ENOSPC', freeBytes: 0, fillerBytes: 900 };
  const inForce = (now: SpaceObservation[string], to = 1) =>
    fillDisk.inForce({}, { a: now }, { ...options, to }).proven;

  it('is in force when a write finds no room, or as much is in use as was asked for', () => {
    expect(inForce(full)).toBe(true);
    expect(inForce({ ...full, write: 'ok' })).toBe(false);
    expect(inForce({ ...full, fillerBytes: 0 })).toBe(false);
    expect(inForce({ ...full, write: 'ok', freeBytes: 200 }, 0.8)).toBe(true);
    expect(inForce({ ...full, write: 'ok', freeBytes: 300 }, 0.8)).toBe(false);
  });

  it('is gone with its file, once a write succeeds', () => {
    expect(fillDisk.removed({}, { a: empty }, options).proven).toBe(true);
    expect(fillDisk.removed({}, { a: full }, options).proven).toBe(false);
    expect(fillDisk.removed({}, { a: { ...empty, fillerBytes: 4096 } }, options).proven).toBe(false);
    expect(fillDisk.vacuous({ a: full })).toBe('a write to the disk of a gave ENOSPC before the fault');
  });
});

describe('slow-disk', () => {
  const options = { kind: 'slow-disk', nodes: 'c/n1', writes: 20, keep: false } as const;
  const fast: SpeedObservation[string] = {
    bytesPerSecond: null,
    writesPerSecond: null,
    tookMs: 20,
    leastMs: 1000,
  };
  const slow = { ...fast, writesPerSecond: 20, tookMs: 1900 };

  it('needs both the limit and its effect as proof', () => {
    expect(slowDisk.inForce({ a: fast }, { a: slow }, options).proven).toBe(true);
    expect(slowDisk.inForce({ a: fast }, { a: { ...slow, tookMs: 400 } }, options).proven).toBe(false);
    expect(slowDisk.inForce({ a: fast }, { a: { ...slow, writesPerSecond: null } }, options).proven).toBe(
      false,
    );
    expect(slowDisk.removed({ a: fast }, { a: fast }, options).proven).toBe(true);
    expect(slowDisk.removed({ a: fast }, { a: { ...fast, tookMs: 1900 } }, options).proven).toBe(false);
    expect(slowDisk.removed({ a: fast }, { a: { ...slow, tookMs: 20 } }, options).proven).toBe(false);
  });

  it('changes nothing on a disk that is no faster', () => {
    expect(slowDisk.vacuous({ a: fast })).toBeNull();
    expect(slowDisk.vacuous({ a: { ...fast, tookMs: 600 } })).toMatch(
      /^the disk of a took 600 ms for the trial/,
    );
  });

  it('is tried by writes that take about a second under its limits, and never many', () => {
    expect(trialFor({ writesPerSecond: 20 })).toEqual({
      trial: { writes: 20, sizeBytes: 4096 },
      leastMs: 1000,
    });
    expect(trialFor({ bytesPerSecond: 1024 ** 2 })).toEqual({
      trial: { writes: 100, sizeBytes: 10_485 },
      leastMs: 1000,
    });
    expect(trialFor({ writesPerSecond: 0.5 })).toMatchObject({ trial: { writes: 2 }, leastMs: 4000 });
    expect(trialFor({ bytesPerSecond: 1e12 }).trial.writes).toBe(100);
  });
});

describe('cpu-limit', () => {
  const options = { kind: 'cpu-limit', nodes: 'c/n1', share: 0.1, keep: false } as const;
  const free: CpuObservation[string] = { limit: null, throttled: 0, used: 0.6 };
  const held = { limit: 0.1, throttled: 9, used: 0.1 };
  const inForce = (now: CpuObservation[string]) => cpuLimit.inForce({ a: free }, { a: now }, options).proven;

  it('is in force when the process was made to wait, and used less than before', () => {
    expect(inForce(held)).toBe(true);
    expect(inForce({ ...held, throttled: 0 })).toBe(false);
    expect(inForce({ ...held, limit: null })).toBe(false);
    expect(inForce({ ...held, used: 0.3 })).toBe(false);
    expect(cpuLimit.inForce({ a: { ...free, used: 0.08 } }, { a: held }, options).proven).toBe(false);
  });

  it('is gone without a limit, as long as the server works', () => {
    expect(cpuLimit.removed({ a: free }, { a: free }, options).proven).toBe(true);
    expect(cpuLimit.removed({ a: free }, { a: held }, options).proven).toBe(false);
    expect(cpuLimit.removed({ a: free }, { a: { ...free, used: 0 } }, options).proven).toBe(false);
  });
});

describe('memory-limit', () => {
  const options = { kind: 'memory-limit', nodes: 'c/n1', share: 0.9, keep: false } as const;
  const free: MemoryObservation[string] = {
    state: 'running',
    answers: true,
    limitBytes: null,
    usedBytes: 1000,
    reached: 0,
    killed: 0,
  };
  const held = { ...free, limitBytes: 900, usedBytes: 890, reached: 7 };
  const killed = { ...held, state: 'down', answers: false, usedBytes: 0, reached: 0, killed: 1 } as const;
  const judge = (judgement: 'inForce' | 'removed', now: MemoryObservation[string], before = free) =>
    memoryLimit[judgement]({ a: before }, { a: now }, options);

  it('is in force when the limit was reached, or the kernel has killed the server for it', () => {
    expect(judge('inForce', held).proven).toBe(true);
    expect(judge('inForce', killed).proven).toBe(true);
    for (const now of [
      free,
      { ...held, reached: 0 },
      { ...held, usedBytes: 901 },
      { ...held, limitBytes: null },
    ])
      expect(judge('inForce', now).proven).toBe(false);
    expect(judge('inForce', killed, { ...free, killed: 1 }).proven).toBe(false);
    expect(memoryLimit.inForce({}, {}, options).proven).toBe(false);
  });

  it('is gone when there is no limit and the server runs, killed or not', () => {
    expect(judge('removed', free).proven).toBe(true);
    expect(judge('removed', { ...free, killed: 1 }).proven).toBe(true);
    for (const now of [held, killed, { ...killed, limitBytes: null }, { ...free, answers: false }])
      expect(judge('removed', now).proven).toBe(false);
  });

  it('says what the kernel did', () => {
    expect(judge('inForce', killed).statement).toBe(
      'a is down, and uses 0B of memory (1000B before), at a limit of 900B, reached 0 times while it was asked without a pause; the kernel has killed it because of the limit',
    );
  });

  it('changes nothing on a server that is down or limited already', () => {
    expect(memoryLimit.vacuous({ a: free })).toBeNull();
    expect(memoryLimit.vacuous({ a: held, b: killed, c: free })).toBe(
      'a was limited already, b was already down before the fault',
    );
  });
});
