import { describe, expect, it } from 'vitest';
import type { Fault } from '../../../src/faults/fault.ts';
import { faults } from '../../../src/faults/index.ts';
import {
  conflictingNodes,
  explains,
  mayCostLeaders,
  obscures,
  type Candidate,
} from '../../../src/run/faults/conflicts.ts';
import { touchedBy } from '../../../src/run/faults/injection.ts';

const links = [
  { id: '1-2', kind: 'route' as const, from: 'c/1', to: 'c/2' },
  { id: '2-3', kind: 'route' as const, from: 'c/2', to: 'c/3' },
  { id: 'client-1', kind: 'client' as const, from: 'client', to: 'c/1' },
];

function injection(kind: string, nodes: string[], active: string[] = []): Candidate {
  const target = { nodes, links: active, roles: {} };
  const fault: Fault = faults.find((one) => one.kind === kind)!;
  return { fault, target, touches: touchedBy(target, links) };
}

const kill = injection('kill', ['c/1']);
const isolation = injection('isolate', ['c/1'], ['1-2', 'client-1']);
const cut = injection('partition', [], ['1-2']);
const delay = injection('latency', [], ['client-1']);
const pressure = injection('cpu-pressure', ['c/1', 'c/2', 'c/3']);
const reload = injection('reload', ['c/1']);

describe('an injection must not be made', () => {
  it.each<[string, Candidate, Candidate, string[]]>([
    ['on a node that is stopped', injection('pause', ['c/1', 'c/2']), kill, ['c/1']],
    ['on links of a node that is stopped', cut, kill, ['c/1']],
    ['on the configuration of one', reload, kill, ['c/1']],
    ['to take down what is cut off', kill, isolation, ['c/1']],
    ['to cut off what is cut off', isolation, isolation, ['c/1']],
    ['twice in the same way', reload, injection('reload', ['c/1', 'c/2']), ['c/1']],
  ])('%s', (_name, one, other, nodes) => {
    expect(conflictingNodes(one, other)).toEqual(nodes);
  });

  it.each<[string, Candidate, Candidate]>([
    ['a node whose links are slow is killed', kill, delay],
    ['a node is killed of which one link is cut', kill, cut],
    ['two cuts share links', cut, injection('partition', [], ['1-2', '2-3'])],
    ['links are cut of a node beside one that is cut off', injection('partition', [], ['1-2']), isolation],
    ['other nodes are stopped', injection('pause', ['c/2']), kill],
    ['a cut does not touch the stopped node', injection('partition', [], ['2-3']), kill],
    ['the machine is under pressure', pressure, kill],
    ['or has been', kill, pressure],
    ['two pressures add up', pressure, pressure],
    ['different things of a running node', reload, injection('fill-storage', ['c/1'])],
  ])('but may where %s', (_name, one, other) => {
    expect(conflictingNodes(one, other)).toEqual([]);
  });

  it('and one without an effect is explained by what holds its nodes or its links, and by nothing else', () => {
    expect(explains(kill, cut)).toBe(true);
    expect(explains(isolation, cut)).toBe(true);
    expect(explains(delay, kill)).toBe(false);
    expect(explains(cut, kill)).toBe(false);
    expect(explains(injection('kill', ['c/2']), kill)).toBe(false);
  });

  it('and one whose node is stopped later cannot be seen until that is over', () => {
    expect(obscures(kill, delay)).toBe(true);
    expect(obscures(kill, reload)).toBe(true);
    expect(obscures(isolation, cut)).toBe(false);
    expect(obscures(injection('kill', ['c/3']), cut)).toBe(false);
  });

  it('and a group may have lost its leader to what takes nodes down or cuts links', () => {
    expect([kill, isolation, cut, delay, reload, pressure].map(mayCostLeaders)).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});
