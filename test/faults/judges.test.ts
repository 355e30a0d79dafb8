import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { latency } from '../../src/faults/latency.ts';
import type { LinkObservation } from '../../src/faults/link-observation.ts';
import { kill } from '../../src/faults/kill.ts';
import { partition } from '../../src/faults/partition.ts';
import { pause } from '../../src/faults/pause.ts';

const links = (...trips: (number | null)[]): LinkObservation => ({
  links: trips.length,
  passing: trips.filter((trip) => trip !== null).length,
  roundTripMs: Object.fromEntries(trips.map((trip, i) => [`l${i}`, trip])),
  connections: [],
});

describe('latency', () => {
  const options = { kind: 'latency', between: ['a', 'b'], latency: 20, jitter: 0, keep: false } as const;
  const judge = (was: LinkObservation, is: LinkObservation) =>
    latency.inForce(was, is, { ...options, between: ['a', 'b'] }).proven;

  it('is in force when every round trip shows the delay, however busy the machine was before', () => {
    expect(judge(links(1.2, 0.8), links(41, 42))).toBe(true);
    expect(judge(links(22.2, 0.8), links(41.1, 41.9))).toBe(true);
  });
  it('is not in force when one link lacks it, or lets nothing through', () => {
    expect(judge(links(1, 1), links(41, 2))).toBe(false);
    expect(judge(links(1, 1), links(41, null))).toBe(false);
    expect(judge(links(1, 1), links(20, 20))).toBe(false);
  });
  it('is never proven by noise alone', () => {
    const noise = fc.double({ min: 0.1, max: 35, noNaN: true });
    fc.assert(fc.property(noise, noise, (was, is) => !judge(links(was), links(is))));
  });
});

describe('partition', () => {
  const options = { kind: 'partition', between: ['a', 'b'], keep: false } as never;
  it('is in force only when nothing passes and no server reports a connection', () => {
    expect(partition.inForce(links(1, 1), links(null, null), options).proven).toBe(true);
    expect(partition.inForce(links(1, 1), links(null, 1), options).proven).toBe(false);
    const bypassed = { ...links(null, null), connections: ['a/n1 - b/n1'] };
    expect(partition.inForce(links(1, 1), bypassed, options)).toMatchObject({
      proven: false,
      statement: expect.stringContaining('a/n1 - b/n1') as string,
    });
  });
  it('is vacuous when nothing passed before, and removed when all passes again', () => {
    expect(partition.vacuous(links(null, null))).toMatch(/even before the cut/);
    expect(partition.removed(links(1, 1), links(1, null), options).proven).toBe(false);
    expect(partition.removed(links(1, 1), links(1, 1), options).proven).toBe(true);
  });
});

describe('faults on nodes', () => {
  const node = (state: 'running' | 'paused' | 'down', answers: boolean) => ({ 'c/n1': { state, answers } });
  it('need both the process and the silence of the server as proof', () => {
    expect(kill.inForce({}, node('down', false), {} as never).proven).toBe(true);
    expect(kill.inForce({}, node('down', true), {} as never).proven).toBe(false);
    expect(pause.inForce({}, node('paused', false), {} as never).proven).toBe(true);
    expect(pause.inForce({}, node('running', false), {} as never).proven).toBe(false);
    expect(kill.inForce({}, {}, {} as never).proven).toBe(false);
  });
  it('are removed only when the node runs and answers', () => {
    expect(kill.removed({}, node('running', false), {} as never).proven).toBe(false);
    expect(kill.removed({}, node('running', true), {} as never).proven).toBe(true);
  });
});
