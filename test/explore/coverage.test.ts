import { expect, it } from 'vitest';
import type { Space } from '../../src/experiment/resolve/space.ts';
import { Coverage } from '../../src/explore/coverage.ts';

const space: Space = {
  ...{ lengthMs: 8_000, events: { from: 1, to: 3 }, kinds: 2, atOnce: 2, recoveryMs: 60_000 },
  items: [
    {
      ...{
        room: 'fault',
        kind: 'kill',
        name: 'fault kill',
        weight: 1,
        onLinks: false,
        at: '/explore/faults/0',
      },
      fields: { nodes: { values: ['z@any', 'z/s@leader'] } },
    },
    {
      room: 'action',
      kind: 'step-down',
      name: 'action step-down',
      weight: 1,
      onLinks: false,
      at: '/explore/actions/0',
      fields: {},
    },
  ],
  settings: [
    {
      ...{ name: 'publish rate', of: 'workloads', owner: 'publish', field: 'rate' },
      ...{ values: { values: ['10/s', '20/s'] }, at: '/explore/load/workloads/publish/rate' },
    },
  ],
};

const kill = (nodes: string) => ({
  ...{ room: 'fault' as const, kind: 'kill', item: 'fault kill', afterMs: 0 },
  fields: { nodes, for: '1s' },
});

it('says what no run had, and of the rest which values', () => {
  const coverage = new Coverage(space);
  expect(coverage.neverDrawn).toEqual(['fault kill', 'action step-down', 'publish rate']);
  expect(coverage.share).toBe(0);
  coverage.add(3, { events: [kill('z@any'), kill('z@any')], settings: [] });
  coverage.add(2, { events: [kill('z@any')], settings: [] });
  expect(coverage.neverDrawn).toEqual(['action step-down', 'publish rate', 'fault kill nodes z/s@leader']);
  expect(coverage.features[0]).toEqual({ name: 'fault kill', kind: 'fault', count: 2, firstRun: 2 });
});

it('is complete once every item, setting and value was in a run', () => {
  const coverage = new Coverage(space);
  const step = {
    room: 'action' as const,
    kind: 'step-down',
    item: 'action step-down',
    afterMs: 0,
    fields: {},
  };
  const rate = (value: string) => ({
    ...{ name: 'publish rate', of: 'workloads' as const, owner: 'publish', field: 'rate', value },
  });
  coverage.add(1, { events: [kill('z@any'), step], settings: [rate('10/s')] });
  coverage.add(2, { events: [kill('z/s@leader')], settings: [rate('20/s')] });
  expect(coverage.neverDrawn).toEqual([]);
  expect(coverage.share).toBe(1);
});
