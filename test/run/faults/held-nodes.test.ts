import { describe, expect, it } from 'vitest';
import type { NodeInfo } from '../../../src/drivers/driver.ts';
import type { FaultContext } from '../../../src/faults/fault.ts';
import { kill } from '../../../src/faults/nodes/kill.ts';
import { holdingNodes } from '../../../src/run/faults/held-nodes.ts';
import { newRecord, type ActiveInjection } from '../../../src/run/faults/injection.ts';
import { Injections } from '../../../src/run/faults/injections.ts';

const nodes: NodeInfo[] = ['c/1', 'c/2', 'c/3'].map((address) => ({
  ...{ address, cluster: 'c', name: address.slice(2), client: '', monitor: '' },
}));

function killOf(node: string): ActiveInjection {
  const plan = {
    id: `kill ${node}`,
    kind: 'kill',
    title: 'kill',
    keep: false,
    onConflict: 'wait' as const,
    options: {},
  };
  return {
    ...{ fault: kill, plan, record: newRecord(plan, 1, 'p'), ctx: {} as FaultContext, before: null },
    target: { nodes: [node], links: [], roles: {} },
    touches: new Set([node]),
  };
}

const NEVER = new AbortController().signal;

describe('nodes that an action by the clock takes down', () => {
  it('count as down, and faults meet the action there until it is over', async () => {
    const injections = new Injections(nodes, undefined);
    await holdingNodes(injections, ['c/1'], NEVER, () => {
      expect(injections.isUp('c/1')).toBe(false);
      expect(injections.conflict(killOf('c/1'))).toBe('c/1 is held by an action');
      expect(injections.conflict(killOf('c/2'))).toBeNull();
      // Of three, one may be down.
      expect(injections.refusal(killOf('c/2'))).not.toBeNull();
      return Promise.resolve();
    });
    expect(injections.isUp('c/1')).toBe(true);
    expect(injections.refusal(killOf('c/2'))).toBeNull();
  });

  it('are waited for while a fault has them, or another whole minority', async () => {
    const injections = new Injections(nodes, undefined);
    const active = killOf('c/2');
    injections.register(active);
    injections.inject(active);
    const order: string[] = [];
    const same = holdingNodes(injections, ['c/2'], NEVER, () => Promise.resolve(order.push('same')));
    order.push('removed');
    injections.forget(active.record.id);
    await same;
    expect(order).toEqual(['removed', 'same']);
  });

  it('are given back when the action fails', async () => {
    const injections = new Injections(nodes, undefined);
    const failing = holdingNodes(injections, ['c/1'], NEVER, () => Promise.reject(new Error('no')));
    await expect(failing).rejects.toThrow('no');
    expect(injections.isUp('c/1')).toBe(true);
  });

  it('are not waited for once the method ends', async () => {
    const injections = new Injections(nodes, undefined);
    injections.register(killOf('c/1'));
    const controller = new AbortController();
    const waiting = holdingNodes(injections, ['c/1'], controller.signal, () => Promise.resolve());
    controller.abort('SIGINT');
    await expect(waiting).rejects.toMatchObject({ code: 'aborted' });
  });
});
