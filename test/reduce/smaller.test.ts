import { describe, expect, it } from 'vitest';
import { at, type Pair } from '../../src/reduce/pair.ts';
import { SETTINGS, STARTS, type Parts } from '../../src/reduce/parts.ts';
import { LOAD, NODES, TARGETS, TIMES, WAITING } from '../../src/reduce/smaller.ts';
import { tidied } from '../../src/reduce/tidied.ts';

function pairWith(
  fault: object,
  over: { workload?: object; replicas?: number; nodes?: string[] } = {},
): Pair {
  const { workload = {}, replicas, nodes = ['n1', 'n2', 'n3', 'n4', 'n5'] } = over;
  return {
    experiment: {
      name: 'one',
      workloads: { publisher: { kind: 'publish', ...workload } },
      method: [{ phase: 'storm', faults: [fault], for: '20s' }],
    },
    environment: {
      clusters: { z: { nodes } },
      streams: { 'z/s': { subjects: ['s.>'], ...(replicas === undefined ? {} : { replicas }) } },
    },
  };
}

const FAULT = ['experiment', 'method', 0, 'faults', 0];

describe('how long the steady state is waited for', () => {
  const waiting = (...within: (string | undefined)[]): unknown[] => {
    const pair = pairWith({ kind: 'pause', for: '1s' });
    const items = within.map((time) => ({
      kind: 'node-health',
      ...(time === undefined ? {} : { within: time }),
    }));
    const one = { ...pair, experiment: { ...pair.experiment, steadyState: items } };
    return WAITING.smaller(one)
      .flat()
      .map((smaller) =>
        (smaller.experiment['steadyState'] as { within?: string }[]).map((item) => item.within),
      );
  };

  it('becomes five seconds, for all conditions at once, and no less', () => {
    expect(waiting('20s', undefined, '2s')).toEqual([['5s', '5s', '2s']]);
    expect(waiting('5s', '100ms')).toEqual([]);
    expect(waiting()).toEqual([]);
  });
});

describe('times', () => {
  it('become about half, or rounder, the shortest first', () => {
    const pair = pairWith({ kind: 'pause', for: '3718ms' });
    const of = TIMES.smaller(pair)
      .flat()
      .map((one) => at(one, [...FAULT, 'for']));
    // All at once, then the phase alone, then each of the fault.
    expect(of).toEqual(['1s', '3718ms', '1s', '2s', '3s']);
  });

  it('of a phase become shorter by less than those of what is in it, where they would be the same', () => {
    const pair = pairWith({ kind: 'kill', for: '620ms', after: '7030ms' });
    const one = {
      ...pair,
      experiment: {
        ...pair.experiment,
        method: [{ phase: 'storm', for: '8s', faults: [{ kind: 'kill', for: '620ms', after: '7030ms' }] }],
      },
    };
    const [all, roomy] = TIMES.smaller(one).flat();
    const of = (smaller: Pair | undefined) =>
      smaller && [at(smaller, ['experiment', 'method', 0, 'for']), at(smaller, [...FAULT, 'after'])];
    expect(of(all)).toEqual(['2s', '2s']);
    expect(of(roomy)).toEqual(['5s', '2s']);
  });

  it('end at a tenth of a second', () => {
    // Only the phase becomes shorter.
    const shorter = TIMES.smaller(pairWith({ kind: 'pause', for: '100ms' })).flat();
    expect(shorter.map((one) => at(one, [...FAULT, 'for']))).toEqual(['100ms']);
  });
});

describe('load', () => {
  it('becomes less of whatever it has', () => {
    const workload = { rate: '1500/s', count: 37, size: '4KiB', publishers: 4 };
    const smaller = LOAD.smaller(pairWith({}, { workload }))
      .flat()
      .map((one) => at(one, ['experiment', 'workloads', 'publisher']));
    expect(smaller[0]).toEqual({ kind: 'publish', rate: '500/s', count: 10, size: '2000B', publishers: 2 });
    expect(smaller).toContainEqual({ kind: 'publish', ...workload, rate: '1000/s' });
    expect(smaller).toContainEqual({ kind: 'publish', ...workload, count: 30 });
  });
});

describe('targets', () => {
  it.each([
    ['z@all', ['z@any']],
    ['z@50%', ['z@any']],
    ['z/s@leader', []],
    [
      ['z/n1', 'z/n2'],
      ['z/n1', 'z/n2'],
    ],
  ])('%j become one: %j', (nodes, fewer) => {
    const smaller = TARGETS.smaller(pairWith({ kind: 'kill', nodes })).flat();
    expect(smaller.map((one) => at(one, [...FAULT, 'nodes']))).toEqual(fewer);
  });
});

describe('nodes', () => {
  const nodesOf = (pair: Pair) =>
    NODES.smaller(pair)
      .flat()
      .map((one) => at(one, ['environment', 'clusters', 'z', 'nodes']));

  it('become three where a stream has replicas, and one where none has', () => {
    expect(nodesOf(pairWith({}, { replicas: 3 }))).toEqual([['n1', 'n2', 'n3']]);
    expect(nodesOf(pairWith({}))).toEqual([['n1'], ['n1', 'n2', 'n3']]);
  });

  it('that remain are those that the experiment names', () => {
    const named = pairWith({ kind: 'kill', nodes: ['z/n5', 'z/n2'] }, { replicas: 3 });
    expect(nodesOf(named)).toEqual([['n1', 'n2', 'n5']]);
  });
});

it('when a fault is injected, and how often, may be left out; how long it lasts may not', () => {
  const pair = pairWith({ kind: 'kill', nodes: 'z/n1', after: '2s', every: '3s', for: '1s' });
  const names = ({ of }: Parts): string[] => of(pair).map((place) => String(place.at(-1)));
  expect(names(STARTS)).toEqual(['after', 'every']);
  expect(names(SETTINGS)).not.toContain('after');
  expect([...names(STARTS), ...names(SETTINGS)]).not.toContain('for');
});

describe('the time that a phase has for its actions', () => {
  const withActions = (actions: object[]): Pair => {
    const pair = pairWith({ kind: 'pause', for: '1s' });
    const method = [{ phase: 'storm', actions, for: '20s', grace: '45s' }];
    return { ...pair, experiment: { ...pair.experiment, method } };
  };
  const grace = ['experiment', 'method', 0, 'grace'];

  it('may be left out', () => {
    const pair = withActions([{ kind: 'restart', nodes: 'z@any', after: '1s' }]);
    expect(SETTINGS.of(pair)).toContainEqual(grace);
    expect(at(tidied(pair), grace)).toBe('45s');
  });

  it('goes with the last action by the clock', () => {
    expect(at(tidied(withActions([{ kind: 'restart', nodes: 'z@any' }])), grace)).toBeUndefined();
    expect(at(tidied(withActions([])), grace)).toBeUndefined();
  });
});
