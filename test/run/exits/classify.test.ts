import { expect, it } from 'vitest';
import { classifyExit } from '../../../src/run/exits/classify.ts';
import { exit } from './exit.ts';

it.each([
  [
    {
      code: 2,
      lastLines: ['panic: runtime error: index out of range [3] with length 3', 'goroutine 1 [running]:'],
    },
    'panic',
  ],
  [
    {
      code: 2,
      lastLines: [
        'panic: runtime error: invalid memory address or nil pointer dereference',
        '[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x4]',
      ],
    },
    'panic',
  ],
  [{ code: 2, lastLines: ['fatal error: concurrent map writes'] }, 'fatal-error'],
  [{ code: 2, lastLines: ['fatal error: runtime: out of memory'] }, 'out-of-memory'],
  [
    {
      code: 2,
      lastLines: ['runtime: out of memory: cannot allocate 4194304-byte block', 'fatal error: out of memory'],
    },
    'out-of-memory',
  ],
  [{ code: 66, lastLines: ['WARNING: DATA RACE', 'Write at 0x00c000 by goroutine 7:'] }, 'data-race'],
  [{ code: 66 }, 'data-race'],
  [{ signal: 'SIGKILL', outOfMemory: true }, 'out-of-memory'],
  [{ code: 137, signal: 'SIGKILL', outOfMemory: true }, 'out-of-memory'],
  [{ signal: 'SIGKILL' }, 'signal'],
  [{ signal: 'SIGKILL', lastLines: ['WARNING: DATA RACE'] }, 'signal'],
  [{ code: 2, lastLines: ['SIGABRT: abort', 'PC=0x46d081 m=0 sigcode=0'] }, 'signal'],
  [{ code: 1, lastLines: ['[12] 2026/11/28 21:00:00.000001 [FTL] Detected a name conflict'] }, 'fatal-log'],
  [{ code: 1, lastLines: ['nats-server: c.conf:1:0: unknown field "x"'] }, 'fatal-log'],
  [{ code: 0, lastLines: ['[12] 2026/11/28 21:00:00.000001 [INF] Server Exiting..'] }, 'exit'],
  [{ restartedByOthers: true, restartCount: 4 }, 'restart'],
] as const)('tells %j to be a %s', (over, kind) => {
  expect(
    classifyExit(exit({ ...over, lastLines: [...('lastLines' in over ? over.lastLines : [])] })).kind,
  ).toBe(kind);
});

it.each([
  [{ code: 2, lastLines: ['panic: no'] }, 'exited with code 2: panic: no'],
  [{ signal: 'SIGKILL' }, 'was ended by SIGKILL'],
  [
    { signal: 'SIGKILL', code: 137, outOfMemory: true },
    'was ended by SIGKILL (exit code 137): the kernel killed it for want of memory',
  ],
  [{ code: 1, lastLines: ['[1] 2026/11/28 21:00:00.000001 [FTL] no space'] }, 'exited with code 1: no space'],
  [
    { restartedByOthers: true, restartCount: 4 },
    'ended and was started again by something else (restart count 4)',
  ],
])('says of %j how it ended', (over, text) => {
  expect(classifyExit(exit(over)).text).toBe(text);
});
