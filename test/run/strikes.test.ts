import { describe, expect, it } from 'vitest';
import type { NodeInfo } from '../../src/drivers/driver.ts';
import type { FaultContext } from '../../src/faults/fault.ts';
import { kill } from '../../src/faults/kill.ts';
import { newRecord, overlap, touchedBy, type Struck } from '../../src/run/strike.ts';
import { Strikes } from '../../src/run/strikes.ts';

const nodes: NodeInfo[] = ['c/1', 'c/2', 'c/3'].map((address) => ({
  address,
  cluster: 'c',
  name: address.slice(2),
  client: '',
  monitor: '',
}));
const links = [
  { id: '1-2', kind: 'route' as const, from: 'c/1', to: 'c/2' },
  { id: 'client-3', kind: 'client' as const, from: 'client', to: 'c/3' },
];

function strike(id: string, struckNodes: string[], struckLinks: string[] = [], keep = false): Struck {
  const plan = { id, kind: 'kill', title: id, keep, options: {} };
  const target = { nodes: struckNodes, links: struckLinks, roles: {} };
  const record = newRecord(plan, 1, 'p');
  const touches = touchedBy(target, links);
  return {
    fault: kill,
    plan,
    record,
    ctx: {} as FaultContext,
    target,
    touches,
    before: null,
  };
}

const book = (...struck: Struck[]): Strikes => {
  const strikes = new Strikes(nodes, undefined);
  for (const one of struck) {
    strikes.aim(one);
    strikes.strike(one);
  }
  return strikes;
};

/** A promise, and what settles it. */
function open() {
  let settle: (proven: boolean) => void = () => undefined;
  const promise = new Promise<boolean>((done) => (settle = done));
  return { promise, settle };
}

describe('faults on the same nodes', () => {
  it('are those that strike a node, or a link that ends at it; clients are no node', () => {
    const node = strike('a', ['c/1']);
    expect(overlap(node, strike('b', [], ['1-2']))).toBe(true);
    expect(overlap(node, strike('b', ['c/1', 'c/2']))).toBe(true);
    expect(overlap(node, strike('b', [], ['client-3']))).toBe(false);
    expect(overlap(strike('a', [], ['client-3']), strike('b', ['c/3']))).toBe(true);
  });

  it('are shared by what is aimed at them as well, and by nothing that is forgotten', () => {
    const [a, b, c] = [strike('a', ['c/1']), strike('b', [], ['1-2']), strike('c', ['c/3'])];
    const strikes = book(a, c);
    expect(strikes.sharesNodes(a)).toBe(false);
    strikes.aim(b);
    expect(strikes.sharesNodes(a)).toBe(true);
    expect(strikes.sharesNodes(c)).toBe(false);
    strikes.forget('b');
    expect(strikes.sharesNodes(a)).toBe(false);
  });

  it('follow one another; others do not wait', async () => {
    const [a, b, c] = [strike('a', ['c/1']), strike('b', ['c/1']), strike('c', ['c/2'])];
    const strikes = book(a, b, c);
    const first = open();
    const waits: Record<string, number> = {};
    const launch = (one: Struck, outcome: Promise<boolean>) =>
      strikes.launch(one, (before) => {
        waits[one.record.id] = before.length;
        return outcome;
      });
    const launches = [launch(a, first.promise), launch(b, Promise.resolve(true)), launch(c, first.promise)];
    expect(waits).toEqual({ a: 0, b: 1, c: 0 });
    first.settle(true);
    await Promise.all(launches);
    await launch(b, Promise.resolve(true));
    expect(waits.b).toBe(0);
  });

  it('hide the removal of one that struck before, unless they stay longer than the phase', () => {
    const [early, late, kept] = [
      strike('a', [], ['1-2']),
      strike('b', ['c/1']),
      strike('c', ['c/2'], [], true),
    ];
    expect(book(early, late).isHidden(early)).toBe(true);
    expect(book(early, late).isHidden(late)).toBe(false);
    expect(book(early, kept).isHidden(early)).toBe(false);
    const gone = book(early, late);
    gone.forget('b');
    expect(gone.isHidden(early)).toBe(false);
  });
});

describe('a strike', () => {
  it('counts those that are aimed as down, and no longer once they are forgotten', () => {
    const strikes = new Strikes(nodes, undefined);
    strikes.aim(strike('a', ['c/1']));
    expect(strikes.refusal(strike('b', ['c/2']))).toMatch(/^2 of 3 nodes of c would be down at once/);
    expect(strikes.refusal(strike('b', ['c/1']))).toBeNull();
    strikes.forget('a');
    expect(strikes.refusal(strike('b', ['c/2']))).toBeNull();
  });

  it('leaves an action as much room as itself', () => {
    const strikes = book(strike('a', ['c/1']), strike('links', [], ['1-2']));
    expect(() => strikes.demandMayGoDown(['c/1'])).not.toThrow();
    expect(() => strikes.demandMayGoDown(['c/2'])).toThrow(/^2 of 3 nodes of c would be down .*c\/1, c\/2/);
    strikes.forget('a');
    expect(() => strikes.demandMayGoDown(['c/2'])).not.toThrow();
  });

  it('waits for removals on its nodes, and for all of them where too many would be down', async () => {
    const [a, same, far] = [strike('a', ['c/1']), strike('b', ['c/1']), strike('d', [], ['client-3'])];
    const strikes = book(a);
    const removal = open();
    const removing = strikes.remove('a', () => removal.promise);
    expect(strikes.removalsInTheWay(same)).toHaveLength(1);
    expect(strikes.removalsInTheWay(strike('c', ['c/2']))).toHaveLength(1);
    expect(
      strikes.removalsInTheWay({ ...far, fault: { ...far.fault, takesNodesDown: undefined } as never }),
    ).toEqual([]);
    expect(strikes.remove('a', () => Promise.reject(new Error('twice')))).toBe(removing);
    removal.settle(true);
    await removing;
    expect(strikes.removalsInTheWay(same)).toEqual([]);
  });
});
