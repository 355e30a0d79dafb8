import { describe, expect, it } from 'vitest';
import type { Sample } from '../../../src/history/record.ts';
import type { Sampler } from '../../../src/run/readings/sampler.ts';
import { awaitSteady, type SteadyOutcome } from '../../../src/run/readings/steady-state.ts';

const GONE = 'z/s: stream not found';

/** Waits for three replicas, read by a sampler that reads only when it is asked to. */
async function waited(
  read: (t: number) => Omit<Sample, 't'>,
  { samples = [], ...over }: { samples?: Sample[]; undisturbedSince?: number } = {},
): Promise<SteadyOutcome & { ms: number }> {
  const began = performance.now();
  const now = (): number => 100_000 + performance.now() - began;
  const all = [...samples];
  const readAll = (): Promise<void> => {
    all.push({ t: now(), ...read(now()) });
    return Promise.resolve();
  };
  const outcome = await awaitSteady({
    expectations: [{ probe: 'replicas', condition: { min: 3, within: 60_000 } }],
    sampler: { samples: () => all, readNow: readAll, readAll } as unknown as Sampler,
    now,
    signal: new AbortController().signal,
    ...over,
  });
  return { ...outcome, ms: performance.now() - began };
}

describe('a steady state', () => {
  it('has held for half a second at the reading that shows it, which is taken when it is due', async () => {
    const { steady, since, results } = await waited(() => ({ value: 3 }));
    expect(steady).toBe(true);
    expect((results[0]?.t ?? 0) - (since ?? 0)).toBeGreaterThanOrEqual(500);
  });

  it('is not waited for where readings before have not found the stream for long enough, without a break', async () => {
    const before = [82_000, 90_000, 99_900].map((t) => ({ t, error: GONE }));
    const gone = await waited(() => ({ error: GONE }), { samples: before, undisturbedSince: 81_000 });
    expect(gone).toMatchObject({ steady: false, gaveUp: `${GONE}, for 15 s` });
  });
});
