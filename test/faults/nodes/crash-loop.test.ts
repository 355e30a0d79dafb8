import { expect, it } from 'vitest';
import { crashLoop } from '../../../src/faults/nodes/crash-loop.ts';
import type { FaultContext } from '../../../src/faults/fault.ts';

const target = { nodes: ['c/n1'], links: [], roles: {} };
const options = {
  kind: 'crash-loop',
  nodes: 'c/n1',
  lifetime: 300,
  downtime: 0,
  jitter: 0,
  keep: false,
} as const;

/** A node whose process is another one at every look. @param upMs since when its server runs; null while it does not answer */
function crashing(upMs: number | null): { ctx: FaultContext; looks: () => number } {
  let looks = 0;
  const ctx = {
    driver: { processes: { incarnation: () => Promise.resolve(String((looks += 1))) } },
    observer: {
      server: () => (upMs === null ? Promise.reject(new Error('no answer')) : Promise.resolve({ upMs })),
      answers: () => Promise.resolve(upMs !== null),
    },
  } as unknown as FaultContext;
  return { ctx, looks: () => looks };
}

it('takes a server that has run for longer than a look lasts for one that is in no crash loop, at once', async () => {
  const { ctx, looks } = crashing(60_000);
  const seen = await crashLoop.observe(ctx, target, options);
  expect(seen).toEqual({ 'c/n1': { starts: 1, answers: true } });
  expect(crashLoop.vacuous(seen)).toBeNull();
  expect(looks()).toBe(0);
});

it.each([
  ['has started just now', 200],
  ['does not answer', null],
])('watches the process of a server that %s', async (_, upMs) => {
  const { ctx } = crashing(upMs);
  const seen = await crashLoop.observe(ctx, target, options);
  expect(seen['c/n1']?.starts).toBe(3);
  expect(crashLoop.inForce(seen, seen, options).proven).toBe(true);
});
