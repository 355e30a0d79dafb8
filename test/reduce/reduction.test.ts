import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { at, type Pair } from '../../src/reduce/pair.ts';
import { inPhases } from '../../src/reduce/places.ts';
import { reduceByRuns, type ReducedPair } from '../../src/reduce/reduction.ts';
import { isAsOften } from '../../src/reduce/reproduction.ts';
import { seededRandom } from '../../src/support/random.ts';
import { failsUnder, fakeSystems, strikesOf, workloadsOf, type FakeSystem } from './fake-systems.ts';

const SIX_KILLS: Pair = {
  experiment: {
    name: 'kills',
    title: 'Kills lose nothing',
    workloads: { publisher: { kind: 'publish', stream: 'z/s' } },
    method: [
      {
        phase: 'storm',
        for: '5s',
        faults: [1, 2, 3, 4, 5, 6].map((n) => ({ kind: 'kill', nodes: `z/n${n}`, for: '1s' })),
      },
    ],
    checks: [{ kind: 'no-loss', published: 'publisher' }],
  },
  environment: {
    name: 'z',
    clusters: { z: { nodes: ['n1', 'n2', 'n3'] } },
    streams: { 'z/s': { replicas: 3 } },
  },
};

interface Outcome extends ReducedPair {
  runs: number;
  /** Whether it was ever asked to run what is not valid. */
  ranInvalid: boolean;
}

interface Bounds {
  /** How likely a run shows the failure of a pair that has it. */
  rate?: number;
  seed?: number;
  maxRuns?: number;
  repeat?: number;
  isValid?: (pair: Pair) => boolean;
}

async function reduced(system: FakeSystem, bounds: Bounds = {}): Promise<Outcome> {
  const { rate = 1, seed = 1, maxRuns = 5_000, repeat = 3, isValid = () => true } = bounds;
  const random = seededRandom(seed);
  let [runs, ranInvalid] = [0, false];
  const result = await reduceByRuns(system.whole, {
    repeat,
    runner: {
      isValid,
      run: (pair) => {
        runs += 1;
        ranInvalid ||= pair !== system.whole && !isValid(pair);
        return Promise.resolve(failsUnder(system, pair) && random.next() < rate);
      },
      whyOver: (spared) => (runs + spared >= maxRuns ? 'all runs were used' : null),
    },
  });
  return { ...result, runs, ranInvalid };
}

const needed = (system: FakeSystem): string[] => [...system.strikes].sort();

describe('of a system that always fails when all of something comes together', () => {
  it('the reduction finds exactly that: no other strike or workload, no longer a fault, no more load', async () => {
    await fc.assert(
      fc.asyncProperty(fakeSystems, async (system) => {
        const { before, smallest, over } = await reduced(system);
        expect(before).toEqual({ shown: 3, of: 3 });
        expect(over).toBeNull();
        const { pair, after } = smallest!;
        expect(after).toEqual({ shown: 3, of: 3 });
        expect(strikesOf(pair).sort()).toEqual(needed(system));
        expect(workloadsOf(pair)).toEqual(system.workloads);
        for (const name of system.workloads)
          expect(at(pair, ['experiment', 'workloads', name, 'rate'])).toBe(`${system.rate}/s`);
        for (const fault of inPhases(pair, 'faults'))
          expect(at(pair, [...fault, 'for'])).toBe(
            system.lastsMs < 1_000 ? `${system.lastsMs}ms` : `${system.lastsMs / 1_000}s`,
          );
        expect(at(pair, ['environment', 'clusters', 'z', 'nodes'])).toHaveLength(3);
      }),
      { numRuns: 400 },
    );
  });

  it('takes few runs for that', async () => {
    const runs: number[] = [];
    for (const system of fc.sample(fakeSystems, { numRuns: 60, seed: 18 }))
      runs.push((await reduced(system)).runs);
    expect(runs.sort((a, b) => a - b)[30]).toBeLessThan(75);
  });

  it('ends when its runs are used up, with what it has by then, which shows the failure', async () => {
    await fc.assert(
      fc.asyncProperty(fakeSystems, fc.integer({ min: 3, max: 40 }), async (system, maxRuns) => {
        const { smallest, runs } = await reduced(system, { maxRuns });
        expect(runs).toBeLessThanOrEqual(maxRuns);
        expect(failsUnder(system, smallest!.pair)).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  it('never runs what is not valid, and hands nothing back that is not', async () => {
    await fc.assert(
      fc.asyncProperty(fakeSystems, fc.integer(), async (system, salt) => {
        const isValid = (pair: Pair): boolean => hash(JSON.stringify(pair), salt) % 3 !== 0;
        const { smallest, ranInvalid } = await reduced(system, { isValid });
        expect(ranInvalid).toBe(false);
        const { pair } = smallest!;
        expect(pair === system.whole || isValid(pair)).toBe(true);
        expect(failsUnder(system, pair)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});

describe('of a system that fails in some runs only', () => {
  it('what is handed back has shown the failure, whatever the rate, and within the runs', async () => {
    await fc.assert(
      fc.asyncProperty(
        fakeSystems,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer(),
        async (system, rate, seed) => {
          const { before, smallest, runs } = await reduced(system, { rate, seed, maxRuns: 150, repeat: 5 });
          expect(runs).toBeLessThanOrEqual(150);
          expect(smallest === null).toBe(before.shown === 0);
          if (smallest === null) return;
          // It cannot show without all that it takes.
          expect(failsUnder(system, smallest.pair)).toBe(true);
          expect(smallest.after.shown).toBeGreaterThan(0);
        },
      ),
      { numRuns: 400 },
    );
  });

  it('the strikes that matter are found nearly always, and hardly another', async () => {
    const systems = fc.sample(fakeSystems, { numRuns: 60, seed: 18 });
    for (const rate of [0.9, 0.6]) {
      let exact = 0;
      for (const [seed, system] of systems.entries()) {
        const { smallest } = await reduced(system, { rate, seed, repeat: 10 });
        const left = strikesOf(smallest!.pair);
        if (left.length <= system.strikes.length + 1) exact += 1;
      }
      expect(exact / systems.length).toBeGreaterThan(0.9);
    }
  });
});

describe('of a failure that becomes rarer the less there is', () => {
  /** @param rateOf how often a run shows it, by the number of faults and actions that are left */
  async function reducedAt(
    rateOf: (strikes: number) => number,
    { seed, repeat = 3, maxRuns = 1_000 }: { seed: number; repeat?: number; maxRuns?: number },
  ): Promise<ReducedPair> {
    const random = seededRandom(seed);
    let runs = 0;
    return reduceByRuns(SIX_KILLS, {
      repeat,
      runner: {
        isValid: () => true,
        run: (pair) => {
          runs += 1;
          return Promise.resolve(random.next() < rateOf(strikesOf(pair).length));
        },
        whyOver: (spared) => (runs + spared >= maxRuns ? 'all runs were used' : null),
      },
    });
  }

  it('steps that made it much rarer are taken back, whatever it is called to be measured by', async () => {
    for (const repeat of [3, 10]) {
      let rare = 0;
      for (let seed = 0; seed < 60; seed += 1) {
        const { smallest } = await reducedAt((n) => (n === 6 ? 0.95 : 0.15), { seed, repeat });
        if (smallest !== null && strikesOf(smallest.pair).length < 6) rare += 1;
      }
      expect(rare).toBeLessThan(9);
    }
  });

  it('it goes back to the last larger experiment that shows it as often, and says what was smaller', async () => {
    let [tooLarge, rare, said] = [0, 0, 0];
    for (let seed = 0; seed < 100; seed += 1) {
      const { smallest, takenBack } = await reducedAt((n) => (n >= 3 ? 0.95 : n > 0 ? 0.25 : 0), { seed });
      const left = strikesOf(smallest!.pair).length;
      if (left > 4) tooLarge += 1;
      if (left < 3) rare += 1;
      if (takenBack === null) continue;
      said += 1;
      expect(strikesOf(takenBack.pair).length).toBeLessThan(3);
      expect(takenBack.after.shown / takenBack.after.of).toBeLessThan(0.6);
      expect(takenBack.steps).toBeGreaterThan(0);
    }
    expect(said).toBeGreaterThan(5);
    expect(tooLarge).toBeLessThan(15);
    // One in eight, over a thousand seeds.
    expect(rare).toBeLessThan(20);
  });

  it('what shows as often as before is not taken back, and always comes out', async () => {
    let back = 0;
    for (let seed = 0; seed < 100; seed += 1) {
      const { takenBack } = await reducedAt((n) => (n > 0 ? 0.95 : 0), { seed });
      if (takenBack !== null) back += 1;
    }
    expect(back).toBeLessThan(12);
    const { smallest, takenBack } = await reducedAt((n) => (n > 0 ? 1 : 0), { seed: 1 });
    expect(takenBack).toBeNull();
    expect(strikesOf(smallest!.pair)).toHaveLength(1);
    expect(smallest!.after).toEqual({ shown: 3, of: 3 });
  });

  it('within its runs, and with what it has measured by then', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 7, maxLength: 7 }),
        fc.integer(),
        fc.integer({ min: 3, max: 120 }),
        async (rates, seed, maxRuns) => {
          const { before, smallest, takenBack } = await reducedAt((n) => rates[n] ?? 0, { seed, maxRuns });
          expect(smallest === null).toBe(before.shown === 0);
          if (smallest === null) return;
          expect(smallest.after.shown).toBeGreaterThan(0);
          // What was measured as rarer is never handed back.
          expect(isAsOften(before, smallest.after, 3)).not.toBe(false);
          if (takenBack !== null) expect(smallest.pair).not.toEqual(takenBack.pair);
        },
      ),
      { numRuns: 400 },
    );
  });
});

it('a failure that does not show again is not reduced', async () => {
  const [system] = fc.sample(fakeSystems, { numRuns: 1, seed: 3 });
  const { before, smallest, over, runs } = await reduced(system!, { rate: 0 });
  expect({ before, smallest, over, runs }).toEqual({
    before: { shown: 0, of: 3 },
    smallest: null,
    over: null,
    runs: 3,
  });
});

it('a run that was interrupted does not count', async () => {
  const [system] = fc.sample(fakeSystems, { numRuns: 1, seed: 3 });
  let runs = 0;
  const { before, smallest } = await reduceByRuns(system!.whole, {
    repeat: 3,
    runner: {
      isValid: () => true,
      run: () => Promise.resolve((runs += 1) < 3 ? true : undefined),
      whyOver: () => (runs < 3 ? null : 'it was interrupted'),
    },
  });
  expect(before).toEqual({ shown: 2, of: 2 });
  expect(smallest?.after).toEqual({ shown: 2, of: 2 });
});

it('a runner may be an object whose methods need it', async () => {
  class Counting {
    runs = 0;
    isValid(): boolean {
      return this.runs >= 0;
    }
    run(): Promise<boolean> {
      this.runs += 1;
      return Promise.resolve(true);
    }
    whyOver(spared: number): string | null {
      return this.runs + spared >= 20 ? 'all runs were used' : null;
    }
  }
  const [system] = fc.sample(fakeSystems, { numRuns: 1, seed: 3 });
  const { smallest } = await reduceByRuns(system!.whole, { runner: new Counting(), repeat: 3 });
  expect(smallest).not.toBeNull();
});

function hash(text: string, salt: number): number {
  let sum = salt;
  for (let i = 0; i < text.length; i += 1) sum = (Math.imul(sum, 31) + text.charCodeAt(i)) | 0;
  return sum >>> 3;
}
