import { describe, expect, it } from 'vitest';
import { severancesFor, type NetworkMembers } from '../../../../src/drivers/docker/attached/cut-plan.ts';

const network = (name: string, nodes: string[], over: Partial<NetworkMembers> = {}): NetworkMembers => ({
  name,
  internal: true,
  nodes: new Map(nodes.map((node) => [node, { pinned: true }])),
  others: [],
  ...over,
});
const all = (from: string[], to: string[]) => from.flatMap((a) => to.map((b) => ({ from: a, to: b })));

const own = [network('a', ['a1', 'a2'], { internal: false }), network('b', ['b1', 'b2'])];
const everybody = ['a1', 'a2', 'b1', 'b2'];
const between = all(['b1', 'b2'], ['a1', 'a2']);

describe('how links are cut by disconnecting nodes', () => {
  it('is to take the side that dials out of the network that joins the two', () => {
    expect(severancesFor(between, [...own, network('between', everybody)])).toEqual([
      { network: 'between', nodes: ['b1', 'b2'] },
    ]);
  });

  it('is to take the other side out where the first would lose more', () => {
    const networks = [network('between', ['a1', 'a2', 'b1'])];
    const severed = severancesFor(all(['a1', 'a2'], ['b1']), networks);
    expect(severed).toEqual([{ network: 'between', nodes: ['b1'] }]);
  });

  it.each<[string, NetworkMembers[], string]>([
    ['no network of their own', [network('one', everybody)], 'b1 has no other network than one to reach b2'],
    ['a network with ports', [...own, network('n', everybody, { internal: false })], 'n is not internal'],
    [
      'others in it',
      [...own, network('n', everybody, { others: ['shop'] })],
      'shop are in the network n too',
    ],
    [
      'an address that might change',
      [
        ...own,
        network('n', everybody, { nodes: new Map(everybody.map((node) => [node, { pinned: false }])) }),
      ],
      'the address of b1 in the network n is not fixed',
    ],
    ['no network at all', own, 'no network of the engine joins the two sides'],
  ])('is refused with %s', (_, networks, why) => {
    expect(severancesFor(between, networks)).toContain(why);
  });

  it('is refused for a part of the links of a network', () => {
    expect(severancesFor(all(['b1'], ['a1']), [...own, network('between', everybody)])).toContain(
      'b1 has no other network than between to reach a2',
    );
  });
});
