import { describe, expect, it } from 'vitest';
import { lostBefore, whyNotAgain } from '../../src/fleet/attempt.ts';
import { MOST_DELIVERIES, MOST_LOST } from '../../src/fleet/limits.ts';
import { byDemand, fits } from '../../src/fleet/room.ts';
import type { RunState } from '../../src/fleet/state.ts';
import { needs } from './requests.ts';

describe('the room of a worker', () => {
  const [small, large, alone] = [needs({ nodes: 3 }), needs({ nodes: 12 }), needs({ alone: true })];

  it('is bounded by slots and by cores, and one run always fits', () => {
    expect(fits(large, [], { slots: 1, cores: 2 })).toBe(true);
    expect(fits(small, [small], { slots: 2, cores: 2 })).toBe(true);
    expect(fits(small, [small, small], { slots: 2, cores: 8 })).toBe(false);
    expect(fits(small, [small, small], { slots: 3, cores: 2 })).toBe(false);
  });

  it('is empty for what runs alone, and full beside it', () => {
    expect(fits(alone, [], { slots: 4, cores: 8 })).toBe(true);
    expect(fits(alone, [small], { slots: 4, cores: 8 })).toBe(false);
    expect(fits(small, [alone], { slots: 4, cores: 8 })).toBe(false);
  });

  it('is given first to what few others can do', () => {
    const docker = needs({ driver: 'docker' });
    expect([small, docker, large].sort(byDemand)).toEqual([docker, large, small]);
  });
});

describe('an attempt', () => {
  const before = (over: Partial<RunState>): RunState => ({
    state: 'running',
    since: 'now',
    attempt: 1,
    lost: 0,
    refused: {},
    ...over,
  });

  it('is lost when another one follows although nobody gave it back', () => {
    expect(lostBefore(null, 1)).toBe(0);
    expect(lostBefore(before({}), 2)).toBe(1);
    expect(lostBefore(before({ state: 'sending', lost: 1 }), 3)).toBe(2);
    expect(lostBefore(before({ state: 'waiting', lost: 1 }), 3)).toBe(1);
  });

  it('is the last one at some time', () => {
    expect(whyNotAgain(MOST_LOST - 1, MOST_DELIVERIES)).toBeNull();
    expect(whyNotAgain(MOST_LOST, 4)).toContain('3 workers');
    expect(whyNotAgain(0, MOST_DELIVERIES + 1)).toContain('100 times');
  });
});
