import { describe, expect, it } from 'vitest';
import type { Driver, ProcessState } from '../../../src/drivers/driver.ts';
import { lostNodes, waitingBudget } from '../../../src/run/readings/lost-nodes.ts';

/** A driver of nodes in these states; one without a state cannot be looked at. */
function driverOf(states: Record<string, ProcessState | null>, over: Partial<Driver> = {}): Driver {
  return {
    startsAlone: true,
    nodes: () => Object.keys(states).map((address) => ({ address, cluster: address.split('/')[0] })),
    processes: {
      state: (node: string) =>
        states[node] ? Promise.resolve(states[node]) : Promise.reject(new Error('no engine')),
    },
    ...over,
  } as unknown as Driver;
}

const addresses = async (driver: Driver) => (await lostNodes(driver)).map(({ address }) => address);

describe('a node is lost', () => {
  const states = { 'c/n1': 'running', 'c/n2': 'paused', 'c/n3': 'down' } as const;

  it('when it is down and only the run would start it', async () => {
    expect(await addresses(driverOf(states))).toEqual(['c/n3']);
  });

  it('not when others may start it, or when nobody can tell', async () => {
    expect(await addresses({ ...driverOf(states), startsAlone: undefined } as unknown as Driver)).toEqual([]);
    expect(await addresses(driverOf({ 'c/n1': null, 'c/n2': null }))).toEqual([]);
  });
});

describe('waiting for what a cluster does', () => {
  it.each<[string, Record<string, ProcessState>, boolean]>([
    ['a minority is lost', { 'a/1': 'running', 'a/2': 'running', 'a/3': 'down' }, true],
    ['a majority is lost', { 'a/1': 'running', 'a/2': 'down', 'a/3': 'down' }, false],
    ['half of it is lost', { 'a/1': 'running', 'a/2': 'down' }, false],
    ['one of several clusters has lost its only node', { 'a/1': 'down', 'b/1': 'running' }, false],
    [
      'two clusters have lost a minority',
      { 'a/1': 'down', 'a/2': 'running', 'a/3': 'running', 'b/1': 'running' },
      true,
    ],
  ])('%s', async (_, states, hasNoLimit) => {
    expect((await waitingBudget(driverOf(states))) === Infinity).toBe(hasNoLimit);
  });
});
