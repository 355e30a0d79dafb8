import { describe, expect, it } from 'vitest';
import { windowsOf } from '../../../src/experiment/resolve/fault-windows.ts';
import { scenariosOf } from '../../../src/experiment/resolve/scenarios.ts';

describe('when a fault is in force, by the clock', () => {
  it.each<[string, object, object, [number, number][]]>([
    ['all through', {}, { for: '10s' }, [[0, Infinity]]],
    ['from then on', { after: '2s' }, { for: '10s' }, [[2000, Infinity]]],
    ['for a time', { after: '2s', for: '3s' }, { for: '10s' }, [[2000, 5000]]],
    ['kept', { after: '2s', for: '3s', every: '4s', keep: true }, { for: '10s' }, [[2000, Infinity]]],
    [
      'again and again',
      { after: '1s', for: '1s', every: '4s' },
      { for: '10s' },
      [
        [1000, 2000],
        [5000, 6000],
        [9000, 10_000],
      ],
    ],
    [
      'not at the very end',
      { for: '1s', every: '5s' },
      { until: 'steady', within: '10s' },
      [
        [0, 1000],
        [5000, 6000],
      ],
    ],
  ])('%s', (_name, fault, phase, windows) => {
    expect(windowsOf(fault, phase)).toEqual(windows.map(([from, to]) => ({ from, to })));
  });

  it('is looked at a bounded number of times', () => {
    expect(windowsOf({ for: '1ms', every: '2ms' }, { for: '1h' }).length).toBeLessThan(1000);
    expect(windowsOf({ for: '1s', every: '0s' }, { for: '1h' })).toHaveLength(1);
  });
});

describe('the ways that a method may go', () => {
  const places = (method: unknown[]) =>
    scenariosOf(method).map((phases) =>
      phases.map((placed) => placed.map(({ at }) => at.replace('/method/', ''))),
    );
  const kill = { kind: 'kill' };

  it('is one without a choice', () => {
    expect(places([{ faults: [kill, kill] }, {}])).toEqual([[['0/faults/0', '0/faults/1'], []]]);
  });

  it('is one for each choice, and for each combination of choices', () => {
    const choose = { kind: 'choose', count: 2, of: [kill, kill, kill] };
    expect(places([{ faults: [kill, choose] }])).toEqual([
      [['0/faults/0', '0/faults/1/of/0', '0/faults/1/of/1']],
      [['0/faults/0', '0/faults/1/of/0', '0/faults/1/of/2']],
      [['0/faults/0', '0/faults/1/of/1', '0/faults/1/of/2']],
    ]);
    expect(places([{ faults: [choose] }, { faults: [choose, choose] }])).toHaveLength(27);
  });

  it('are not more than can be looked at', () => {
    const choose = { kind: 'choose', count: 8, of: Array.from({ length: 16 }, () => kill) };
    expect(scenariosOf([{ faults: [choose, choose] }, { faults: [choose] }]).length).toBeLessThan(1000);
  });
});
