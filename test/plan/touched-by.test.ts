import { describe, expect, it } from 'vitest';
import { actions } from '../../src/actions/index.ts';
import type { EnvironmentSpec } from '../../src/drivers/spec.ts';
import { touchedBy } from '../../src/plan/touched-by.ts';

const clusters = [
  { name: 'east', nodes: ['e1', 'e2'] },
  { name: 'west', nodes: ['w1'] },
] as EnvironmentSpec['clusters'];

function touched(item: { kind: string } & Record<string, unknown>): string[] | undefined {
  return touchedBy(actions.find(({ kind }) => kind === item.kind)!.schema, item, { clusters });
}

describe('what an action touches', () => {
  it.each([
    [{ kind: 'rolling-restart', cluster: 'east' }, ['east']],
    [{ kind: 'restart', nodes: ['east/e1', 'west@any'] }, ['east', 'west']],
    [{ kind: 'restart', nodes: 'e2' }, ['east']],
    [{ kind: 'upgrade', nodes: 'west/orders@leader', to: '2.12' }, ['west']],
    [{ kind: 'step-down', consumer: 'west/orders/worker' }, ['west']],
    [{ kind: 'step-down', meta: 'east' }, ['east']],
    [{ kind: 'move-stream', stream: 'east/orders', from: 'east/orders@leader' }, ['east']],
    [{ kind: 'pause-workload', workload: 'east' }, ['workload east']],
    [{ kind: 'scale', service: 'shop', replicas: 2 }, ['shop']],
  ])('%j', (item, names) => {
    expect(touched(item)).toEqual(names);
  });

  it('can be told of every action', () => {
    for (const { kind, schema } of actions) {
      const addresses = JSON.stringify(schema).match(/"x-address":"[a-z-]+"/g) ?? [];
      expect(addresses, kind).not.toEqual([]);
    }
  });
});
