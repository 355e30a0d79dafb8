import { describe, expect, it } from 'vitest';
import type { LinkInfo } from '../../../src/drivers/driver.ts';
import { fewestToRemove, quorumOf, type Disturbance } from '../../../src/run/liveness/quorum.ts';

const nodes = (count: number): string[] => Array.from({ length: count }, (_, i) => `c/n${i + 1}`);

/** One route for each pair, dialled by the first. */
function routes(count: number): LinkInfo[] {
  const all = nodes(count);
  return all.flatMap((from, i) =>
    all.slice(i + 1).map((to): LinkInfo => ({ id: idOf(from, to), kind: 'route', from, to })),
  );
}

const idOf = (a: string, b: string): string => `${a}-${b}`;
const down = (id: string, ...some: string[]): Disturbance => ({ id, nodes: some, links: [] });
const cut = (id: string, left: string[], right: string[]): Disturbance => ({
  id,
  nodes: [],
  links: left.flatMap((a) => right.flatMap((b) => [idOf(a, b), idOf(b, a)])),
});
const [n1 = '', n2 = '', n3 = '', n4 = '', n5 = ''] = nodes(5);
const R1 = { stream: 'c/r1', peers: [n1] };
const R3 = { stream: 'c/r3', peers: [n1, n2, n3] };
const R5 = { stream: 'c/r5', peers: [n1, n2, n3, n4, n5] };

describe('whether a stream has a quorum', () => {
  const has = (group: typeof R1, ...disturbances: Disturbance[]): boolean =>
    quorumOf(group, routes(5), disturbances).has;

  it('is so while nothing is disturbed', () => {
    expect([R1, R3, R5].map((group) => has(group))).toEqual([true, true, true]);
  });

  it('counts only the nodes that have a replica', () => {
    expect(has(R3, down('kill#1', n4, n5))).toBe(true);
    expect(has(R3, down('kill#1', n3))).toBe(true);
    expect(has(R3, down('kill#1', n2), down('pause#1', n3))).toBe(false);
    expect(has(R1, down('kill#1', n2, n3, n4, n5))).toBe(true);
    expect(has(R1, down('kill#1', n1))).toBe(false);
    expect(has(R5, down('kill#1', n4, n5))).toBe(true);
    expect(has(R5, down('kill#1', n3, n4, n5))).toBe(false);
  });

  it('needs a majority on one side of a partition', () => {
    const minority = cut('partition#1', [n1, n2], [n3, n4, n5]);
    expect(has(R5, minority)).toBe(true);
    // n1 and n2 are two of its three replicas.
    expect(has(R3, minority)).toBe(true);
    expect(has(R3, minority, down('kill#1', n1))).toBe(false);
    expect(has(R5, minority, down('kill#1', n3))).toBe(false);
    expect(has(R5, cut('partition#1', [n1], [n2, n3, n4, n5]), cut('partition#2', [n2], [n3, n4, n5]))).toBe(
      true,
    );
    expect(has(R5, cut('partition#1', [n1, n2], [n3, n4, n5]), cut('partition#2', [n3], [n4, n5]))).toBe(
      false,
    );
  });

  it('needs one node that reaches a majority itself: a bridge does, a ring of four does not', () => {
    // n3 reaches both sides, which do not reach each other.
    expect(has(R5, cut('bridge#1', [n1, n2], [n4, n5]))).toBe(true);
    const four = { stream: 'c/r4', peers: [n1, n2, n3, n4] };
    // Each reaches its two neighbours: three of four, a majority.
    const ring: Disturbance = { id: 'ring#1', nodes: [], links: [idOf(n1, n3), idOf(n2, n4)] };
    expect(has(four, ring)).toBe(true);
    const line: Disturbance = { id: 'line#1', nodes: [], links: [idOf(n1, n3), idOf(n1, n4), idOf(n2, n4)] };
    expect(has(four, line)).toBe(true);
    expect(has(four, line, cut('cut#1', [n2], [n3]))).toBe(false);
  });

  it('says what costs it, and nothing of what does not', () => {
    const quorum = quorumOf(R3, routes(5), [down('kill#1', n2), down('pause#1', n3), down('stop#1', n5)]);
    expect(quorum).toEqual({
      has: false,
      why: 'at most 1 of its 3 replicas reach one another (kill#1, pause#1)',
    });
  });

  it('does not count on routes that are unknown as cut', () => {
    expect(quorumOf(R3, [], [cut('partition#1', [n1], [n2, n3])]).has).toBe(true);
  });
});

describe('what is healed', () => {
  const heal = (groups: (typeof R1)[], removable: Disturbance[], fixed: Disturbance[] = []): string[] =>
    fewestToRemove(groups, routes(5), removable, fixed);

  it('is nothing while every group has a quorum', () => {
    expect(heal([R3, R5], [down('kill#1', n3), down('kill#2', n5)])).toEqual([]);
  });

  it('is the last of several that would do', () => {
    expect(heal([R3], [down('kill#1', n2), down('pause#1', n3)])).toEqual(['pause#1']);
  });

  it('leaves what costs nobody a quorum', () => {
    expect(heal([R3], [down('kill#1', n2), down('pause#1', n3), down('kill#2', n4, n5)])).toEqual([
      'pause#1',
    ]);
    expect(heal([R1, R3], [down('kill#1', n1), down('pause#1', n3)])).toEqual(['kill#1']);
  });

  it('is as many as it takes', () => {
    const three = [down('a', n1), down('b', n2), down('c', n3), down('d', n4)];
    expect(heal([R5], three)).toEqual(['d', 'c']);
    expect(heal([R1, R5], three)).toEqual(['d', 'a']);
  });

  it('is nothing for a group that what stays has cost its quorum', () => {
    expect(heal([R3], [down('kill#1', n2)], [down('stop#1', n1, n3)])).toEqual([]);
    expect(heal([R3, R5], [down('kill#1', n2), down('kill#2', n5)], [down('stop#1', n1, n3)])).toEqual([
      'kill#2',
      'kill#1',
    ]);
  });
});
