import fc from 'fast-check';
import { at, placesIn, type Document, type Pair } from '../../src/reduce/pair.ts';
import { inPhases, workloads } from '../../src/reduce/places.ts';

/** A system that fails when, and only when, all of this comes together. */
export interface FakeSystem {
  whole: Pair;
  /** Marks of the faults and actions that it takes. */
  strikes: string[];
  /** Names of the workloads that it takes. */
  workloads: string[];
  /** The least rate of each of them, per second. */
  rate: number;
  /** How long each of the faults must last at least, in milliseconds. */
  lastsMs: number;
}

const KINDS = ['kill', 'pause', 'isolate', 'latency', 'step-down', 'restart'];

/** Experiments of up to five phases, twelve strikes and four workloads, with any part of them needed. */
export const fakeSystems: fc.Arbitrary<FakeSystem> = fc
  .record({
    phases: fc.array(
      fc.array(fc.record({ kind: fc.constantFrom(...KINDS), needed: fc.boolean(), isAction: fc.boolean() }), {
        maxLength: 4,
      }),
      { minLength: 1, maxLength: 5 },
    ),
    workloads: fc.array(fc.boolean(), { minLength: 1, maxLength: 4 }),
    rate: fc.constantFrom(10, 20, 50, 100, 200, 500),
    lastsMs: fc.constantFrom(100, 200, 500, 1_000, 2_000),
  })
  .map(({ phases, workloads: load, rate, lastsMs }) => {
    const marked = phases.map((strikes, p) =>
      strikes.map((strike, s) => ({ ...strike, mark: `z/${strike.kind}-${p}-${s}` })),
    );
    const method = marked.map((strikes, p) => ({
      phase: `p${p}`,
      for: '10s',
      faults: strikes
        .filter(({ isAction }) => !isAction)
        .map(({ kind, mark }) => ({ kind, nodes: mark, for: '5s' })),
      actions: strikes.filter(({ isAction }) => isAction).map(({ kind, mark }) => ({ kind, stream: mark })),
    }));
    const names = load.map((_, w) => `w${w}`);
    const publishers = names.map((name) => [name, { kind: 'publish', stream: 'z/s', rate: '1000/s' }]);
    const whole: Pair = {
      experiment: {
        name: 'fake',
        title: 'Fails for a known reason',
        environment: './fake-environment.yaml',
        workloads: Object.fromEntries(publishers) as Document,
        method,
        checks: names.map((name) => ({ kind: 'no-loss', published: name })),
      },
      environment: {
        name: 'fake-environment',
        clusters: { z: { nodes: ['n1', 'n2', 'n3', 'n4', 'n5'] } },
        streams: { 'z/s': { subjects: ['s.>'], replicas: 3 } },
      },
    };
    const needed = marked.flat().filter((strike) => strike.needed);
    return {
      whole,
      strikes: needed.map(({ mark }) => mark),
      workloads: names.filter((_, w) => load[w]),
      rate,
      lastsMs,
    };
  });

/** Marks of the faults and actions of a pair. */
export function strikesOf(pair: Pair): string[] {
  return [...inPhases(pair, 'faults'), ...inPhases(pair, 'actions')].map((place) =>
    String(at(pair, [...place, 'nodes']) ?? at(pair, [...place, 'stream'])),
  );
}

export function workloadsOf(pair: Pair): string[] {
  return workloads(pair).map((place) => String(place.at(-1)));
}

/** Whether a fake system fails under a pair. */
export function failsUnder(system: FakeSystem, pair: Pair): boolean {
  const struck = strikesOf(pair);
  const names = workloadsOf(pair);
  return (
    system.strikes.every((mark) => struck.includes(mark)) &&
    system.workloads.every((name) => names.includes(name) && rateOf(pair, name) >= system.rate) &&
    faultsLast(system, pair) &&
    placesIn(pair, ['environment', 'clusters', 'z', 'nodes']).length >= 3 &&
    at(pair, ['environment', 'streams', 'z/s']) !== undefined
  );
}

function rateOf(pair: Pair, name: string): number {
  const rate = at(pair, ['experiment', 'workloads', name, 'rate']);
  return typeof rate === 'string' ? Number(rate.replace('/s', '')) : 0;
}

function faultsLast({ strikes, lastsMs }: FakeSystem, pair: Pair): boolean {
  return inPhases(pair, 'faults').every((place) => {
    if (!strikes.includes(String(at(pair, [...place, 'nodes'])))) return true;
    const lasts = String(at(pair, [...place, 'for']));
    return (
      (lasts.endsWith('ms') ? Number(lasts.slice(0, -2)) : Number(lasts.slice(0, -1)) * 1_000) >= lastsMs
    );
  });
}
