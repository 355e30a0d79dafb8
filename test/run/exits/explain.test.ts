import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CrashRecord } from '../../../src/history/server-crash.ts';
import type { FaultRecord } from '../../../src/history/record.ts';
import {
  endedOnRequest,
  excuseByHarness,
  expectedOf,
  faultsInForce,
} from '../../../src/run/exits/explain.ts';
import { exit } from './exit.ts';

describe('an end that the driver asked for', () => {
  it.each([
    { asked: 'kill', signal: 'SIGKILL' },
    { asked: 'kill', signal: 'SIGKILL', code: 137 },
    { asked: 'kill', signal: 'SIGKILL', lastLines: ['panic: of long ago'] },
    { asked: 'stop', code: 0 },
    { asked: 'stop', code: 1 },
    { asked: 'stop', signal: 'SIGTERM' },
    { asked: 'stop', signal: 'SIGKILL' },
    { asked: 'lame-duck', code: 0 },
    { asked: 'stop', restartedByOthers: true },
  ] as const)('is explained: %j', (over) => {
    expect(endedOnRequest(exit({ ...over, lastLines: 'lastLines' in over ? [...over.lastLines] : [] }))).toBe(
      true,
    );
  });

  it.each([
    { asked: 'stop', code: 2, lastLines: ['panic: while it shuts down'] },
    { asked: 'stop', code: 66, lastLines: ['WARNING: DATA RACE'] },
    { asked: 'kill', code: 2, lastLines: ['panic: a moment before the kill'] },
    { asked: 'lame-duck', code: 2, lastLines: ['fatal error: all goroutines are asleep - deadlock!'] },
    { asked: 'stop', signal: 'SIGSEGV' },
  ] as const)('is a crash all the same when it ended in another way: %j', (over) => {
    expect(endedOnRequest(exit({ ...over, lastLines: 'lastLines' in over ? [...over.lastLines] : [] }))).toBe(
      false,
    );
  });

  it('is never taken for one where nobody asked', () => {
    const code = fc.option(fc.integer({ min: 0, max: 255 }));
    const signal = fc.option(fc.constantFrom('SIGKILL', 'SIGTERM', 'SIGABRT'));
    fc.assert(
      fc.property(code, signal, fc.boolean(), (c, s, again) => {
        expect(endedOnRequest(exit({ code: c, signal: s, restartedByOthers: again }))).toBe(false);
      }),
    );
  });
});

const fault = (over: Partial<FaultRecord>): FaultRecord => ({
  id: 'fill-disk#1',
  kind: 'fill-disk',
  phase: 'p',
  title: 'fill the disk',
  targets: [],
  roles: {},
  options: {},
  undo: [],
  ...over,
});

describe('what was in force', () => {
  const faults = [
    fault({ id: 'a#1', injectedAt: 0, removedAt: 5_000, targets: ['c/n2'] }),
    fault({ id: 'b#1', injectedAt: 6_000, targets: ['c/n2'] }),
    fault({ id: 'c#1', injectedAt: 6_000, targets: ['c/n1'] }),
    fault({ id: 'd#1', targets: ['c/n1'] }),
  ];

  it('is what was injected and not removed, that on the node first', () => {
    const at = (t: number): string[] => faultsInForce(faults, t, 'c/n1').map(({ id }) => id);
    expect(at(4_000)).toEqual(['a#1']);
    expect(at(8_000)).toEqual(['c#1', 'b#1']);
    expect(faultsInForce([], 1, 'c/n1')).toEqual([]);
  });

  it('explains only a kill for want of memory, and only a limit on that very node', () => {
    const limit = fault({ id: 'memory-limit#1', kind: 'memory-limit', injectedAt: 0, targets: ['c/n1'] });
    const killed = exit({ signal: 'SIGKILL', outOfMemory: true });
    expect(expectedOf(killed, [limit])).toMatch(/^memory-limit#1 .* limits its memory$/);
    expect(expectedOf({ ...killed, node: 'c/n2' }, [limit])).toBeNull();
    expect(expectedOf(killed, faults)).toBeNull();
    expect(expectedOf(exit({ code: 2, lastLines: ['panic: x'] }), [limit])).toBeNull();
  });
});

describe('servers that went down with a part of the harness', () => {
  const crash = (over: Partial<CrashRecord>): CrashRecord => ({
    t: 20_000,
    node: 'c/n1',
    kind: 'exit',
    text: '',
    faults: [],
    lastLines: [],
    ...over,
  });
  const broken = { t: 31_000, since: 30_500, text: '' } as const;

  it('are not blamed for the end of their engine', () => {
    const crashes = [crash({ t: 1_000 }), crash({}), crash({ kind: 'panic' }), crash({ t: 40_000 })];
    excuseByHarness(crashes, { ...broken, part: 'engine' });
    const why = 'the Docker engine ended, or ended its containers';
    expect(crashes.map(({ accepted }) => accepted)).toEqual([undefined, why, undefined, why]);
  });

  it('are blamed beside the end of a proxy, unless somebody asked them to end at the time', () => {
    const asked = { code: 0 };
    const crashes = [crash({ ...asked, t: 1_000 }), crash(asked), crash({}), crash({ code: 1 })];
    crashes.push(crash({ ...asked, t: 60_000 }), crash({ ...asked, kind: 'panic' }));
    excuseByHarness(crashes, { ...broken, part: 'proxy' });
    const why = 'Toxiproxy ended as well';
    expect(crashes.map(({ accepted }) => accepted)).toEqual([
      undefined,
      why,
      ...Array<undefined>(4).fill(undefined),
    ]);
  });
});
