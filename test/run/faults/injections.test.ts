import { describe, expect, it } from 'vitest';
import type { NodeInfo } from '../../../src/drivers/driver.ts';
import type { FaultContext } from '../../../src/faults/fault.ts';
import { kill } from '../../../src/faults/nodes/kill.ts';
import {
  newRecord,
  overlap,
  touchedBy,
  type InjectionOutcome,
  type ActiveInjection,
} from '../../../src/run/faults/injection.ts';
import { Injections } from '../../../src/run/faults/injections.ts';

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

function injection(
  id: string,
  injectedNodes: string[],
  injectedLinks: string[] = [],
  keep = false,
): ActiveInjection {
  const plan = { id, kind: 'kill', title: id, keep, onConflict: 'end' as const, options: {} };
  const target = { nodes: injectedNodes, links: injectedLinks, roles: {} };
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

const book = (...active: ActiveInjection[]): Injections => {
  const injections = new Injections(nodes, undefined);
  for (const one of active) {
    injections.register(one);
    injections.inject(one);
  }
  return injections;
};

/** A promise, and what settles it. */
function open<T>() {
  let settle: (value: T) => void = () => undefined;
  const promise = new Promise<T>((done) => (settle = done));
  return { promise, settle };
}

describe('faults on the same nodes', () => {
  it('are those on a node, or on a link that ends at it; clients are no node', () => {
    const node = injection('a', ['c/1']);
    expect(overlap(node, injection('b', [], ['1-2']))).toBe(true);
    expect(overlap(node, injection('b', ['c/1', 'c/2']))).toBe(true);
    expect(overlap(node, injection('b', [], ['client-3']))).toBe(false);
    expect(overlap(injection('a', [], ['client-3']), injection('b', ['c/3']))).toBe(true);
  });

  it('are shared by what is resolved to them as well, and by nothing that is forgotten', () => {
    const [a, b, c] = [injection('a', ['c/1']), injection('b', [], ['1-2']), injection('c', ['c/3'])];
    const injections = book(a, c);
    expect(injections.sharesNodes(a)).toBe(false);
    injections.register(b);
    expect(injections.sharesNodes(a)).toBe(true);
    expect(injections.sharesNodes(c)).toBe(false);
    injections.forget('b');
    expect(injections.sharesNodes(a)).toBe(false);
  });

  it('may find a node not yet serving that another has just given back, and no other node', () => {
    const injections = book(injection('a', ['c/1']), injection('links', [], ['client-3']));
    injections.register(injection('never injected', ['c/2']));
    expect(injections.areComingBack(new Set(['c/1', 'c/2', 'c/3']))).toBe(false);
    for (const id of ['a', 'links', 'never injected']) injections.forget(id);
    expect(injections.areComingBack(new Set(['c/1', 'c/2']))).toBe(true);
    expect(injections.areComingBack(new Set(['c/2', 'c/3']))).toBe(false);
  });

  it('follow one another; others do not wait', async () => {
    const [a, b, c] = [injection('a', ['c/1']), injection('b', ['c/1']), injection('c', ['c/2'])];
    const injections = book(a, b, c);
    const first = open<InjectionOutcome>();
    const waits: Record<string, number> = {};
    const launch = (one: ActiveInjection, outcome: Promise<InjectionOutcome>) =>
      injections.launch(one, (before) => {
        waits[one.record.id] = before.length;
        return outcome;
      });
    const launches = [
      launch(a, first.promise),
      launch(b, Promise.resolve('proven')),
      launch(c, first.promise),
    ];
    expect(waits).toEqual({ a: 0, b: 1, c: 0 });
    first.settle('proven');
    await Promise.all(launches);
    await launch(b, Promise.resolve('proven'));
    expect(waits.b).toBe(0);
  });

  it('hide the removal of one that was injected before, unless they stay longer than the phase', () => {
    const [early, late, kept] = [
      injection('a', [], ['1-2']),
      injection('b', ['c/1']),
      injection('c', ['c/2'], [], true),
    ];
    expect(book(early, late).isHidden(early)).toBe(true);
    expect(book(early, late).isHidden(late)).toBe(false);
    expect(book(early, kept).isHidden(early)).toBe(false);
    const gone = book(early, late);
    gone.forget('b');
    expect(gone.isHidden(early)).toBe(false);
  });
});

describe('an injection', () => {
  it('stands among those injected at once where it was declared, whichever was proven first', () => {
    const [first, second] = [injection('a', ['c/1']), injection('b', ['c/2'])];
    const injections = new Injections(nodes, undefined);
    for (const one of [first, second]) injections.register(one);
    for (const one of [second, first]) injections.inject(one);
    expect(injections.all()).toEqual([first, second]);
    injections.forget('a');
    expect(injections.all()).toEqual([second]);
  });

  it('counts those whose targets are resolved as down, and no longer once they are forgotten', () => {
    const injections = new Injections(nodes, undefined);
    injections.register(injection('a', ['c/1']));
    expect(injections.refusal(injection('b', ['c/2']))).toMatch(/^2 of 3 nodes of c would be down at once/);
    expect(injections.refusal(injection('b', ['c/1']))).toBeNull();
    injections.forget('a');
    expect(injections.refusal(injection('b', ['c/2']))).toBeNull();
  });

  it('leaves an action as much room as itself', () => {
    const injections = book(injection('a', ['c/1']), injection('links', [], ['1-2']));
    expect(() => injections.demandMayGoDown(['c/1'])).not.toThrow();
    expect(() => injections.demandMayGoDown(['c/2'])).toThrow(
      /^2 of 3 nodes of c would be down .*c\/1, c\/2/,
    );
    injections.forget('a');
    expect(() => injections.demandMayGoDown(['c/2'])).not.toThrow();
  });

  it('waits for removals on its nodes, and for all of them where too many would be down', async () => {
    const [a, same, far] = [
      injection('a', ['c/1']),
      injection('b', ['c/1']),
      injection('d', [], ['client-3']),
    ];
    const injections = book(a);
    const removal = open<boolean>();
    const removing = injections.remove('a', () => removal.promise);
    expect(injections.removalsInTheWay(same)).toHaveLength(1);
    expect(injections.removalsInTheWay(injection('c', ['c/2']))).toHaveLength(1);
    expect(
      injections.removalsInTheWay({ ...far, fault: { ...far.fault, takesNodesDown: undefined } as never }),
    ).toEqual([]);
    expect(injections.remove('a', () => Promise.reject(new Error('twice')))).toBe(removing);
    removal.settle(true);
    await removing;
    expect(injections.removalsInTheWay(same)).toEqual([]);
  });
});
